"""Starts moto's server with what it does otherwise than AWS put right. deploy.test.ts says what else it is helped with."""

import os
import sys
import threading

from moto.cloudformation import models, parsing
from moto.server import main
from moto.sqs.models import SQSBackend

# It refuses a template for what cfn-lint merely warns of. That has a test of its own, with its exceptions.
models.validate_template_cfn_lint = lambda template: []

clean_value = parsing.clean_json


def clean_json(value, resources):
    # It leaves a hole where AWS::NoValue stands in a list; CloudFormation leaves the element out.
    if isinstance(value, list):
        cleaned = [clean_json(one, resources) for one in value]
        return [one for one in cleaned if one is not None]
    return clean_value(value, resources)


parsing.clean_json = clean_json

receive_message = SQSBackend.receive_message


def receive_briefly(self, queue_name, count, wait_seconds_timeout, *others):
    # It looks once which groups are in flight, and a long poll gives nothing of these groups until its end.
    return receive_message(self, queue_name, count, min(wait_seconds_timeout, 1), *others)


SQSBackend.receive_message = receive_briefly


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(sys.argv[1:])
