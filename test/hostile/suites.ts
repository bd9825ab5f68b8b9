import { answers } from './answers.ts';
import { commands } from './cli.ts';
import { told } from './cli-told.ts';
import { drifts } from './drifts.ts';
import { events } from './events.ts';
import { lies } from './lies.ts';
import { objects } from './objects.ts';
import { replays } from './replays.ts';
import { secrets } from './secrets.ts';
import { serverURLs } from './server-url.ts';
import { streams } from './streams.ts';
import { tenants } from './tenants.ts';

export interface Suite {
  /** What is counted. */
  readonly what: string;
  /** Runs of the sample that every change is tried with, and of the proof. */
  readonly sample: number;
  readonly proof: number;
  /** @returns how many inputs were tried. A failure names the seed of the run that failed and its path. */
  readonly run: (runs: number, seed: number) => Promise<number>;
}

export const suites: readonly Suite[] = [
  { what: 'server URLs', sample: 150, proof: 42_000, run: serverURLs },
  { what: 'messages of any content', sample: 12, proof: 3_500, run: events },
  { what: 'answers of any bytes', sample: 80, proof: 20_000, run: answers },
  { what: 'answers that are wrong in the middle of a reconcile', sample: 20, proof: 5_000, run: lies },
  { what: 'objects past validation', sample: 15, proof: 6_000, run: objects },
  { what: 'Secrets of any content', sample: 6, proof: 2_000, run: secrets },
  { what: 'attempts of one namespace on what another has', sample: 25, proof: 6_000, run: tenants },
  { what: 'lists and watches of any content', sample: 15, proof: 3_000, run: streams },
  { what: 'arguments, kubeconfigs, objects and answers for the command line', sample: 30, proof: 4_000, run: commands },
  { what: 'dead letters and installations that the command line is told of', sample: 12, proof: 1_000, run: told },
  { what: 'drift checks among objects and lists of any content', sample: 4, proof: 600, run: drifts },
  { what: 'replays of any request and of any dead letters', sample: 30, proof: 6_000, run: replays },
];
