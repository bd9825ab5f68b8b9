import type { Finding } from './finding.ts';

/** AWS refuses signatures that are five minutes off; a minute is what certificates and leases begin to feel. */
const wrongSeconds = 240;
const unsureSeconds = 60;

/** Compares this machine's clock with the `Date` header of an answer, which has whole seconds. */
export function checkClock(whose: string, date: string | undefined, now: Date): Finding {
  const check = 'clock';
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return { check, state: 'unsure', message: `${whose} does not tell the time` };
  const seconds = Math.round((now.getTime() - theirs) / 1000);
  const off = Math.abs(seconds);
  const message = `this machine is ${off} s ${seconds < 0 ? 'behind' : 'ahead of'} ${whose}`;
  const fix = 'set one of the two clocks: switch time synchronisation (NTP) on';
  if (off >= wrongSeconds) return { check, state: 'wrong', message, fix };
  if (off >= unsureSeconds) return { check, state: 'unsure', message, fix };
  return { check, state: 'fine', message: `agrees with ${whose}` };
}
