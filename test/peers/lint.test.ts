import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageFunctions } from '../package/packaged.ts';
import { installedIn, region } from './moto.ts';

const run = promisify(execFile);

interface Finding {
  readonly Level: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

/** What cfn-lint is wrong about, or what is not ours to change. */
const exceptions = [
  {
    reason: 'osls lets every function depend on its role, which the reference to it says as well',
    rule: 'W3005',
    message:
      /^'\w+Role' dependency already enforced by a 'GetAtt' at 'Resources\/\w+LambdaFunction\/Properties\/Role'$/,
  },
  {
    reason: 'it splits the empty default of a parameter where a rule of the template says that it is not empty',
    rule: 'W1033',
    message: /^'' .* when 'Fn::Split' is resolved/,
  },
];

const isExpected = ({ Rule, Message }: Finding) =>
  exceptions.some(({ rule, message }) => rule === Rule.Id && message.test(Message));

it('cfn-lint finds nothing in what is deployed', async () => {
  const { text } = await packageFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'lint-'));
  try {
    const file = join(folder, 'template.json');
    await writeFile(file, text);
    const found = await lint(file);

    expect(found.filter((one) => !isExpected(one)).map(({ Rule, Message }) => `${Rule.Id} ${Message}`)).toEqual([]);
    for (const { rule } of exceptions) expect(found.map(({ Rule }) => Rule.Id)).toContain(rule);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Errors and warnings. */
async function lint(file: string): Promise<readonly Finding[]> {
  const args = ['--format', 'json', '--regions', region, '--', file];
  const { stdout } = await run(join(installedIn(), 'bin', 'cfn-lint'), args).catch((error: unknown) => {
    // It exits otherwise than with 0 where it found something, and has said what.
    if (error instanceof Error && 'stdout' in error && String(error.stdout).startsWith('['))
      return { stdout: String(error.stdout) };
    throw error;
  });
  return JSON.parse(stdout) as readonly Finding[];
}
