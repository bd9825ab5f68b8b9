import { describe, expect, it } from 'vitest';
import { runCli, startLambda } from './fixture.ts';

describe('a function that gives no answer', () => {
  it.each([
    {
      what: 'it is not there',
      lambda: { refused: { status: 404, code: 'ResourceNotFoundException' } },
      says: 'the deployment "konnect-reconciler-dev" has no function konnect-reconciler-dev-drift-check here',
    },
    {
      what: 'nobody may invoke it',
      lambda: { refused: { status: 403, code: 'AccessDeniedException' } },
      says: 'AWS does not allow it',
    },
    {
      what: 'the credentials are old',
      lambda: { refused: { status: 403, code: 'ExpiredTokenException' } },
      says: 'the AWS credentials have expired',
    },
    {
      what: 'Lambda is away for a moment: it is not asked twice',
      lambda: { refused: { status: 500, code: 'ServiceException' } },
      says: 'ServiceException',
    },
    {
      what: 'it failed',
      lambda: { failed: true, payload: { errorType: 'Error', errorMessage: 'no\u001b[2J clusters', trace: ['at x'] } },
      says: 'konnect-reconciler-dev-drift-check failed: no [2J clusters; see its log',
    },
    { what: 'it answers something else', lambda: { payload: { ok: true } }, says: 'is not understood' },
  ] as const)('says so and exits with 2: $what', async ({ lambda: answered, says }) => {
    await using lambda = await startLambda(() => answered);

    const { code, stdout, stderr } = await runCli(['drift'], lambda.environment);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(lambda.invocations).toHaveLength(1);
  });

  it('says that nobody answers', async () => {
    const { code, stderr } = await runCli(['drift'], { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' });

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no answer (ECONNREFUSED)') });
  });
});
