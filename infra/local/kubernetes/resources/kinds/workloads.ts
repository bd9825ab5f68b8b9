import { type FieldError, invalidField, required } from '../../field-errors.ts';
import { at, type Json, listOf, objectOf, same, textOf } from '../../json.ts';
import type { KubernetesObject } from '../../object.ts';
import type { Oddities } from '../built-in-rules.ts';

/** Sets fields that are missing. */
function filled(object: Json | undefined, defaults: Record<string, Json>): Record<string, Json | undefined> {
  return { ...defaults, ...objectOf(object) };
}

function completeService(object: KubernetesObject): KubernetesObject {
  const spec = filled(object['spec'], {
    sessionAffinity: 'None',
    type: 'ClusterIP',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
  const ports = listOf(spec['ports']).map((port) =>
    filled(port, { protocol: 'TCP', targetPort: at(port, 'port') ?? 0 }),
  );
  return { ...object, spec: { ...spec, ...(ports.length === 0 ? {} : { ports }) } };
}

/** Services: stored, defaulted and given an address, but nobody serves it. */
export const service: Oddities = {
  status: true,
  complete: completeService,
  create: (object) => ({ ...addressed(object, undefined), status: { loadBalancer: {} } }),
  update: addressed,
  check: serviceErrors,
};

function addressed(object: KubernetesObject, old: KubernetesObject | undefined): KubernetesObject {
  const spec = objectOf(object['spec']);
  if (spec['type'] === 'ExternalName' || textOf(spec['clusterIP'])) return object;
  const clusterIP = textOf(at(old, 'spec', 'clusterIP')) ?? clusterAddress(object.metadata.uid ?? '');
  return { ...object, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
}

// Nothing listens there; the address only has to look like one and to stay the same.
function clusterAddress(uid: string): string {
  const digits = Number.parseInt(uid.slice(0, 4), 16) || 1;
  return `10.0.0.${(digits % 253) + 2}`;
}

function serviceErrors(object: KubernetesObject): readonly FieldError[] {
  const ports = listOf(at(object, 'spec', 'ports'));
  const headless = at(object, 'spec', 'clusterIP') === 'None';
  const external = at(object, 'spec', 'type') === 'ExternalName';
  if (ports.length === 0 && !headless && !external) return [required('spec.ports')];
  return ports.flatMap((port, index) => {
    const number = at(port, 'port');
    const fits = typeof number === 'number' && number >= 1 && number <= 65_535;
    const text = 'must be between 1 and 65535, inclusive';
    return fits ? [] : [invalidField(`spec.ports[${index}].port`, number ?? 0, text)];
  });
}

const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };

// No tag means the latest one.
function isLatest(image: string): boolean {
  const [, tag = 'latest'] = /:([^:/@]+)$/.exec(image) ?? [];
  return tag === 'latest' && !image.includes('@');
}

function completeContainer(container: Json): Json {
  const ports = listOf(at(container, 'ports')).map((port) => filled(port, { protocol: 'TCP' }));
  return filled(ports.length === 0 ? container : { ...objectOf(container), ports }, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest(textOf(at(container, 'image')) ?? '') ? 'Always' : 'IfNotPresent',
  });
}

function completeDeployment(object: KubernetesObject): KubernetesObject {
  const spec = filled(object['spec'], {
    replicas: 1,
    strategy,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  const template = objectOf(spec['template']);
  const pod = filled(template['spec'], {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  const containers = listOf(pod['containers']).map(completeContainer);
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } };
}

function deploymentErrors(object: KubernetesObject): readonly FieldError[] {
  const selector = objectOf(at(object, 'spec', 'selector', 'matchLabels'));
  const labels = objectOf(at(object, 'spec', 'template', 'metadata', 'labels'));
  const containers = listOf(at(object, 'spec', 'template', 'spec', 'containers'));
  const selects = Object.entries(selector).every(([key, value]) => labels[key] === value);
  const mismatch = '`selector` does not match template `labels`';
  return [
    ...(at(object, 'spec', 'selector') === undefined ? [required('spec.selector')] : []),
    ...(selects ? [] : [invalidField('spec.template.metadata.labels', labels, mismatch)]),
    ...(containers.length === 0 ? [required('spec.template.spec.containers')] : []),
  ];
}

/** Deployments: stored and defaulted, but nothing rolls out. */
export const deployment: Oddities = {
  generation: true,
  status: true,
  create: (object) => ({ ...object, status: {} }),
  complete: completeDeployment,
  check: deploymentErrors,
  checkUpdate(object, old) {
    const selector = at(object, 'spec', 'selector');
    if (same(selector, at(old, 'spec', 'selector'))) return [];
    return [invalidField('spec.selector', selector ?? null, 'field is immutable')];
  },
};
