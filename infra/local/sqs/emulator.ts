import { type BuildAppOptions, buildApp } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;

/** fauxqs' own objects: what it keeps of its queues, one queue, and one message. */
export type Store = Stores['sqsStore'];
export type Queue = ReturnType<Store['createQueue']>;
export type Message = ReturnType<Queue['inspectMessages']>['ready'][number];
export type App = ReturnType<typeof buildApp>;

/**
 * Builds fauxqs with its store in our hands. Its public API gives neither the queues, whose FIFO rules we tighten, nor a
 * way to listen on the loopback interface alone.
 */
export async function buildEmulator(region: string): Promise<{ readonly app: App; readonly store: Store }> {
  const stores = {
    sqsStore: await construct<Stores['sqsStore']>('./sqs/sqsStore.js', 'SqsStore', 'createQueue'),
    snsStore: await construct<Stores['snsStore']>('./sns/snsStore.js', 'SnsStore', 'createTopic'),
    s3Store: await construct<Stores['s3Store']>('./s3/s3Store.js', 'S3Store', 'createBucket'),
  };
  // Without a host, queue URLs carry the address the client used, which resolves on every machine.
  stores.sqsStore.host = '';
  return { app: buildApp({ logger: false, defaultRegion: region, stores }), store: stores.sqsStore };
}

/** Makes an instance of a class that fauxqs does not export; `method` is checked, as an update may move things. */
async function construct<T extends object>(path: string, name: string, method: keyof T & string): Promise<T> {
  const module: Readonly<Record<string, unknown>> = await import(new URL(path, import.meta.resolve('fauxqs')).href);
  const found = module[name];
  const instance: unknown = typeof found === 'function' ? Reflect.construct(found, []) : undefined;
  if (!isA<T>(instance, method)) {
    throw new Error(
      `fauxqs has no ${name}.${method} in ${path} any more: compare infra/local/sqs with its new version`,
    );
  }
  return instance;
}

function isA<T extends object>(value: unknown, method: keyof T & string): value is T {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function';
}
