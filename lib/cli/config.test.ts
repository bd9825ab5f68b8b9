import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCliConfig } from './config.ts';

describe('the configuration of the command line', () => {
  it('has defaults', () => {
    expect(readCliConfig({ KUBECONFIG: '', AWS_REGION: '' })).toEqual({
      stack: 'konnect-reconciler-dev',
      region: undefined,
      kubeconfig: [expect.stringMatching(/\.kube.config$/)],
    });
  });

  it('comes from the environment', () => {
    const environment = {
      KUBECONFIG: ['/a', '/b'].join(delimiter),
      AWS_DEFAULT_REGION: 'eu-central-1',
      KONNECT_RECONCILER_STACK: 'shop',
    };

    expect(readCliConfig(environment)).toEqual({ stack: 'shop', region: 'eu-central-1', kubeconfig: ['/a', '/b'] });
    expect(readCliConfig({ ...environment, AWS_REGION: 'eu-west-1' }).region).toBe('eu-west-1');
  });
});
