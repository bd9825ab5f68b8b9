import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { ClusterError, Terminal } from '../engine/errors.ts';
import { exitCodeOf, Problem, wordsOf } from './problem.ts';

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

describe('the words of an error', () => {
  it.each([
    { error: new Problem('do this'), words: 'do this' },
    { error: new Terminal('kubeconfig refused: no'), words: 'kubeconfig refused: no' },
    { error: new ClusterError('list: HTTP 500', { status: 500 }), words: 'list: HTTP 500' },
    { error: named('Error', 'Region is missing'), words: 'no AWS region: give --region, or set AWS_REGION' },
    { error: named('CredentialsProviderError', 'Could not load'), words: /^no AWS credentials: sign in/ },
    { error: named('AccessDenied', 'User x may not'), words: 'AWS does not allow it: User x may not' },
    { error: named('TypeError', 'fetch', { cause: { code: 'ENOTFOUND' } }), words: /^no answer \(ENOTFOUND\)/ },
    {
      error: named('AggregateError', '', { errors: [{ code: 'ECONNREFUSED' }] }),
      words: /^no answer \(ECONNREFUSED\)/,
    },
    { error: named('TimeoutError', 'too long'), words: /^no answer \(TimeoutError\)/ },
    { error: named('ServiceUnavailable', 'later\u001b[2J'), words: 'ServiceUnavailable: later [2J' },
    { error: 'text', words: 'unexpected: something that is no error was thrown' },
  ])('are $words', ({ error, words }) => {
    if (typeof words === 'string') expect(wordsOf(error)).toBe(words);
    else expect(wordsOf(error)).toMatch(words);
  });

  it('leave out what AWS says of a wrong signature, since it quotes the session token', () => {
    const error = named('SignatureDoesNotMatch', 'The Canonical String … x-amz-security-token:secret');

    expect(wordsOf(error)).not.toContain('secret');
  });
});

describe('the exit code of an error', () => {
  it.each([
    { error: new CommanderError(0, 'commander.helpDisplayed', ''), code: 0 },
    { error: new CommanderError(1, 'commander.unknownOption', ''), code: 2 },
    { error: new Problem('x'), code: 2 },
  ])('is $code', ({ error, code }) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
