import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/*
 * Invokes a built function once, in a process that does nothing else, and prints the answer, the time that it took, and the
 * most memory that the process had. The bundle is the first argument, the event the second.
 */

const [bundle = '', event = '{}'] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);
const deadline = Date.now() + 900_000;
const context = {
  functionName: 'bench',
  functionVersion: '$LATEST',
  memoryLimitInMB: '512',
  awsRequestId: 'bench',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
  getRemainingTimeInMillis: () => deadline - Date.now(),
};
const began = performance.now();
const answer = await handler(JSON.parse(event), context);
const milliseconds = performance.now() - began;
// Not resourceUsage().maxRSS, which begins with what the parent had when it started this process.
const memory = Number(/VmHWM:\s+(\d+)/.exec(await readFile('/proc/self/status', 'utf8'))?.[1]) * 1024;
process.stdout.write(`\n${JSON.stringify({ answer, milliseconds, memory })}\n`, () => process.exit(0));
