import type { Kind, Ref } from '../kinds/define.ts';
import { Wait } from './errors.ts';
import { display, findCondition, type KubernetesObject, type ObjectKey } from './objects.ts';
import type { Run } from './run.ts';

/** The ref by which an object names the control plane that it lives in, on every kind that can name one. */
const controlPlaneRef = 'controlPlane';

/** The kind of control planes: what refs of that name refer to. */
export function controlPlaneKindOf({ kinds }: { readonly kinds: readonly Kind[] }): Kind {
  const ref = kinds.flatMap(({ refs }) => refs).find(({ name }) => name === controlPlaneRef);
  const found = kinds.find(({ resource }) => resource.kind === ref?.kind);
  if (found === undefined) throw new Error(`no kind has a ref named ${controlPlaneRef} to another kind`);
  return found;
}

/** An object referred to, as it was read. `object` is absent where there is none. */
export interface Resolved {
  readonly ref: Ref;
  readonly key: ObjectKey;
  readonly object?: KubernetesObject;
}

export type Refs = ReadonlyMap<string, Resolved>;

/**
 * Resolves the object's refs in the order of their declaration and reports their conditions.
 * @throws {Wait} at the first that is not usable, naming the object that is waited for.
 */
export async function requireRefs(run: Run): Promise<Refs> {
  const resolved = new Map<string, Resolved>();
  for (const ref of run.kind.refs) {
    // Two refs of one name are two ways to the same thing: the first that leads somewhere counts.
    if (ref.deferred || resolved.has(ref.name)) continue;
    const found = await resolve(run, ref, resolved);
    if (found === undefined) {
      reportUnset(run, ref);
      continue;
    }
    resolved.set(ref.name, found);
    if (ref.unread) continue;
    const judgement = ref.judge(found.object, found.key);
    for (const condition of judgement.conditions) run.report.condition(condition);
    if (!judgement.usable)
      throw new Wait(waitingFor(ref, found.key, judgement.conditions), { lost: judgement.lost === true });
  }
  return resolved;
}

/** What was said of a reference that is there no more does not stay; another ref of the same condition says more. */
function reportUnset(run: Run, { unset }: Ref): void {
  if (unset === undefined || findCondition(run.object, unset.type) === undefined) return;
  if (!run.report.facts.some(({ type }) => type === unset.type)) run.report.condition(unset);
}

/** Resolves what it can, judges nothing: for deletions, which must work with broken refs. */
export async function findRefs(run: Run): Promise<Refs> {
  const resolved = new Map<string, Resolved>();
  for (const ref of run.kind.refs) {
    const found = ref.deferred || resolved.has(ref.name) ? undefined : await resolve(run, ref, resolved);
    if (found !== undefined) resolved.set(ref.name, found);
  }
  return resolved;
}

/** Reads every target of one ref, for relations. */
export async function resolveAll(run: Run, refName: string): Promise<readonly Resolved[]> {
  const ref = run.kind.refs.find(({ name }) => name === refName);
  if (ref === undefined) return [];
  return Promise.all(ref.targets(run.object).map((key) => read(run, ref, within(run.object, key))));
}

export interface Referrer {
  readonly kind: Kind;
  readonly object: KubernetesObject;
}

/** The objects that refer to `run.object` and hold it, by a field or by what was recorded on them. */
export async function referrersOf(run: Run): Promise<readonly Referrer[]> {
  const { kind: target } = run.kind.resource;
  const { namespace, name } = run.object.metadata;
  const refersHere = (ref: Ref, object: KubernetesObject): boolean =>
    ref.kind === target &&
    ref.holds !== false &&
    ref.targets(object).some((key) => key.name === name && within(object, key).namespace === namespace);
  const candidates = run.registry.kinds.filter((kind) => kind.refs.some((ref) => ref.kind === target));
  const listed = await Promise.all(
    candidates.map(async (kind) => {
      // A referrer without a namespace may name an object of any.
      const here = namespace === undefined || !kind.resource.namespaced ? {} : { namespace };
      const objects = await run.cluster.list(kind.resource, here);
      return objects
        .filter((object) => kind.refs.some((ref) => refersHere(ref, object)))
        .map((object) => ({ kind, object }));
    }),
  );
  return listed.flat();
}

async function resolve(run: Run, ref: Ref, resolved: Refs): Promise<Resolved | undefined> {
  const key = throughTarget(run, ref, resolved) ?? ref.targets(run.object).map((own) => within(run.object, own))[0];
  if (key === undefined) return undefined;
  return ref.unread ? { ref, key } : read(run, ref, key);
}

function throughTarget(run: Run, ref: Ref, resolved: Refs): ObjectKey | undefined {
  const via = ref.through === undefined ? undefined : resolved.get(ref.through);
  if (via?.object === undefined) return undefined;
  const { object } = via;
  const own = kindNamed(run, via.ref.kind).refs.find(({ name }) => name === ref.name);
  // The reference is looked up where the object that holds it lives, not where the one that asks does.
  return own?.targets(object).map((key) => within(object, key))[0];
}

async function read(run: Run, ref: Ref, key: ObjectKey): Promise<Resolved> {
  const { resource } = kindNamed(run, ref.kind);
  const object = await (run.references?.read(run.cluster, resource, key) ?? run.cluster.get(resource, key));
  return object === undefined ? { ref, key } : { ref, key, object };
}

/** Where a name that an object gives leads: to the object's own namespace, unless it names another. */
export function within(object: KubernetesObject, key: ObjectKey): ObjectKey {
  if (key.namespace !== undefined || object.metadata.namespace === undefined) return key;
  return { namespace: object.metadata.namespace, name: key.name };
}

function kindNamed(run: Run, name: string): Kind {
  const kind = run.registry.kinds.find(({ resource }) => resource.kind === name);
  if (kind === undefined)
    throw new Error(`${run.kind.resource.kind} refers to the kind ${name}, which is not registered`);
  return kind;
}

function waitingFor(
  ref: Ref,
  key: ObjectKey,
  conditions: readonly { readonly status: string; readonly message: string }[],
): string {
  return conditions.find(({ status }) => status !== 'True')?.message ?? `${ref.kind} ${display(key)} is not ready`;
}
