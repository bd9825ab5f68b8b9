import { describe, expect, it } from 'vitest';
import { at, type JsonObject } from './json.ts';
import type { LocalKubernetes } from './server.ts';
import { createApiClient } from './testing/client.ts';
import { configMaps, start } from './testing/embedded.ts';
import { installWidgets, widget, widgetsPath } from './testing/widgets.ts';

describe('a restart', () => {
  it('goes on with the same port, certificates, tokens and objects', async () => {
    const first = await start();
    await installWidgets(first.api, 'kept');
    await first.api.send('POST', widgetsPath('kept'), { body: widget('w') });
    const state: unknown = JSON.parse(JSON.stringify(first.server.state()));
    const kubeconfig = first.server.kubeconfig();
    await first[Symbol.asyncDispose]();

    await using second = await start({ state: state as ReturnType<LocalKubernetes['state']> });
    const api = createApiClient(kubeconfig);
    const { body } = await api.send('GET', widgetsPath('kept', 'w'));
    const { body: made } = await api.send('POST', widgetsPath('kept'), { body: widget('next') });
    api.close();

    expect(second.server.kubeconfig()).toBe(kubeconfig);
    expect(at(body, 'spec')).toEqual({ size: 'small', mode: 'auto' });
    const version = (object: JsonObject): number => Number(at(object, 'metadata', 'resourceVersion'));
    expect(version(made)).toBeGreaterThan(version(body));
  });

  it('is not held up by open connections', async () => {
    const { server, api } = await start();
    const open = await api.watch(`${configMaps}?watch=true`);

    await server.stop();

    expect(await open.ended()).toEqual([]);
    await expect(api.send('GET', '/healthz')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
    api.close();
  });
});
