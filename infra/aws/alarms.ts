import { lanes } from '../../lib/kinds/define.ts';
import { type Alarm, alarmResource, type Resource } from './alarm.ts';
import { deadLetterQueues, driftFindings, ofFunction, ofKonnect, ofQueue, own } from './metrics.ts';
import { functionNames, pascalCase } from './names.ts';

const fiveMinutes = 300;
/** Long enough that what every drift check finds anew is one alarm, not one each hour. */
const oneHour = 3_600;

/** An event is worked off in seconds; retries of one object come back within a quarter of an hour. */
const oldEventSeconds = 900;
/** A part of a drift check that fails comes back after an hour and a half, and is done then as a rule. */
const oldPartSeconds = 7_200;

const usually = 'Read why with "konnect-reconciler dead-letters list", repair it, redrive.';
/** Of the queues that hold no events. */
const whatToDo: Readonly<Record<string, string>> = {
  drift: 'A part of a drift check failed twice. Read why in the log of drift-check, then delete the message.',
  schedule: 'EventBridge Scheduler could not start a drift check. Find out why, then delete the message.',
};

const deadLetters = Object.entries(deadLetterQueues).map(
  ([name, queue]): Alarm => ({
    name: `dead-letters-${name}`,
    description: whatToDo[name] ?? `The queue ${queue} holds what was given up. ${usually}`,
    section: 'dead-letters',
    metrics: [ofQueue(queue, 'ApproximateNumberOfMessagesVisible')],
    statistic: 'Maximum',
    periodSeconds: fiveMinutes,
    // SQS reports nothing of a queue that nobody has touched for six hours, whatever waits in it.
    missing: 'ignore',
    tellsEnd: true,
  }),
);

const ageAlarm = (queue: string, threshold: number, description: string): Alarm => ({
  name: `queue-age-${queue}`,
  description,
  section: 'queue-age',
  metrics: [ofQueue(`${queue}.fifo`, 'ApproximateAgeOfOldestMessage')],
  statistic: 'Maximum',
  periodSeconds: fiveMinutes,
  periods: 3,
  threshold,
  missing: 'notBreaching',
  tellsEnd: true,
});

const queueAge = [
  ...lanes.map((lane) =>
    ageAlarm(
      lane,
      oldEventSeconds,
      `Events of the lane ${lane} have been waiting for a quarter of an hour. See whether the function runs and Konnect answers.`,
    ),
  ),
  ageAlarm(
    'drift',
    oldPartSeconds,
    'A part of a drift check has been waiting for two hours. See in the log of drift-check whether parts fail or take too long.',
  ),
];

const functions = functionNames.flatMap((name): readonly Alarm[] => [
  {
    name: `errors-${name}`,
    // A record that fails is told in the answer, so an error is always ours.
    description: `The function ${name} crashed, timed out or could not start. Read its log.`,
    section: 'function-errors',
    metrics: [ofFunction(name, 'Errors')],
    statistic: 'Sum',
    periodSeconds: fiveMinutes,
    missing: 'notBreaching',
    tellsEnd: false,
  },
  {
    name: `throttles-${name}`,
    description: `Lambda has refused to run ${name} for a quarter of an hour. Raise the account's concurrency.`,
    section: 'throttles',
    metrics: [ofFunction(name, 'Throttles')],
    statistic: 'Sum',
    periodSeconds: fiveMinutes,
    periods: 3,
    missing: 'notBreaching',
    tellsEnd: false,
  },
]);

/** What our own metrics tell: written only where something happened, so that no data is good news. */
const ownAlarm = (alarm: Omit<Alarm, 'statistic' | 'missing' | 'tellsEnd'>): Alarm => ({
  ...alarm,
  statistic: 'Sum',
  missing: 'notBreaching',
  tellsEnd: false,
});

const konnect: readonly Alarm[] = [
  ownAlarm({
    name: 'konnect-rate-limit',
    description: 'Konnect has answered 429 for a quarter of an hour. See who else uses the organisation.',
    section: 'konnect-rate-limit',
    metrics: ofKonnect('KonnectThrottles'),
    periodSeconds: fiveMinutes,
    periods: 3,
  }),
  ownAlarm({
    name: 'token',
    description:
      'Konnect refused a token, or an auth configuration has none that works: it may have expired. Put a new one into its Secret.',
    section: 'token',
    metrics: [...ofKonnect('TokenRefusals'), own('reconcile-auth', 'Reconciles', { verdict: 'terminal' })],
    periodSeconds: oneHour,
  }),
  ownAlarm({
    name: 'drift-findings',
    description: 'Konnect was found to differ from the objects. Look for "drift found" in the log of drift-check.',
    section: 'drift',
    metrics: driftFindings,
    periodSeconds: oneHour,
  }),
  ownAlarm({
    name: 'drift-problems',
    description: 'A drift check could not look at everything. Look for "drift check incomplete" in its log.',
    section: 'drift',
    metrics: [own('drift-check', 'DriftProblems')],
    periodSeconds: oneHour,
  }),
];

const all: readonly Alarm[] = [...deadLetters, ...queueAge, ...functions, ...konnect];

export const alarmNames: readonly string[] = all.map(({ name }) => name);

/** The alarms by logical id. */
export const alarms: Readonly<Record<string, Resource>> = Object.fromEntries(
  all.map((alarm) => [`${pascalCase(alarm.name)}Alarm`, alarmResource(alarm)]),
);
