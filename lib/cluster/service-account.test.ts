import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ca, temporaryFolder } from './credentials-fixture.ts';
import { createServiceAccountCredentials } from './service-account.ts';

describe('a service account', () => {
  it('reads the token each time, since the kubelet replaces it', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'ca.crt'), ca);
    writeFileSync(join(directory, 'token'), 'first\n');
    const credentials = createServiceAccountCredentials({ host: 'fd00::1', port: '443', directory });

    const before = await credentials.access();
    writeFileSync(join(directory, 'token'), 'second\n');
    const after = await credentials.access();

    expect(before).toMatchObject({ server: 'https://[fd00::1]:443', tls: { ca } });
    expect([before, after].map((access) => access.authorization?.reveal())).toEqual(['Bearer first', 'Bearer second']);
  });

  it('says what to do outside a pod', async () => {
    const credentials = createServiceAccountCredentials({ host: 'x', port: '1', directory: '/nowhere' });

    await expect(credentials.access()).rejects.toThrow(/\/nowhere\/token can not be read.*KUBECONFIG/);
  });
});
