import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiServerUnderTest, startApiServer } from '../api-server.ts';
import { everyKind } from '../contract/scene.ts';
import { nameOf, tryKind } from './faults/matrix.ts';

const user = 'functions';
let server: ApiServerUnderTest;

beforeAll(async () => {
  server = await startApiServer({ users: [{ name: user, groups: ['system:masters'], token: 'functions' }] });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

it.each(everyKind)('$name', async ({ kind }) => {
  if (server.kubernetes === undefined) throw new Error('no faults can be made at a real API server');
  const wanted = process.env['PROOF_POINT'];
  const t = performance.now();
  const tried = await tryKind(server.kubernetes, kind, user, (point) => wanted === undefined || nameOf(point) === wanted);
  console.log(kind.resource.kind, tried.points, tried.tried, tried.failures.length, Math.round(performance.now() - t), 'ms');
  expect(tried.failures.join('\n')).toBe('');
});
