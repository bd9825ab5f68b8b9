import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateTitle, isOwnedBy, ownedName, ownerReference, titleNames } from './names.ts';

function objectOf(name: string, uid = 'u1') {
  return {
    apiVersion: 'konnect.konghq.com/v1alpha1',
    kind: 'Ext',
    metadata: { name, namespace: 'team', uid, resourceVersion: '1' },
  };
}

const dnsName = fc
  .stringMatching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/)
  .filter((name) => !/\.\.|-\.|\.-/.test(name));

describe('ownedName', () => {
  it('can be told beforehand', () => {
    expect(ownedName(objectOf('ext'))).toBe('konnect-extension-ext');
  });

  it('is one that Kubernetes takes, also of a name that is cut at a dot', () => {
    const names = [`${'a'.repeat(221)}.${'b'.repeat(31)}`, `${'a'.repeat(221)}-${'b'.repeat(31)}`, 'a'.repeat(253)];
    for (const name of names) {
      expect(ownedName(objectOf(name))).toMatch(
        /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
      );
    }
  });

  it('is another one for another name', () => {
    fc.assert(
      fc.property(dnsName, dnsName, (one, other) => {
        expect(ownedName(objectOf(one)) === ownedName(objectOf(other))).toBe(one === other);
      }),
    );
    const long = 'a'.repeat(252);
    expect(ownedName(objectOf(`${long}b`))).not.toBe(ownedName(objectOf(`${long}c`)));
  });
});

describe('titles', () => {
  it('name whose the certificate is', () => {
    const title = certificateTitle('blue', objectOf('ext'));

    expect(titleNames(title, 'u1')).toBe(true);
    expect(titleNames(title, 'u')).toBe(false);
    expect(title).toMatch(/^team\/ext .*k8s-cluster:blue/);
  });

  it.each([undefined, 7, '', 'by hand', 'k8s-uid:u1x', 'x-k8s-uid:u1'])('%j is not ours', (title) => {
    expect(titleNames(title, 'u1')).toBe(false);
  });
});

describe('owners', () => {
  it('are known by uid, not by name', () => {
    const [owner, successor] = [objectOf('ext'), objectOf('ext', 'u2')];
    const owned = {
      ...objectOf('s'),
      metadata: { ...objectOf('s').metadata, ownerReferences: [ownerReference(owner)] },
    };

    expect(isOwnedBy(owned, owner)).toBe(true);
    expect(isOwnedBy(owned, successor)).toBe(false);
    expect(isOwnedBy(objectOf('s'), owner)).toBe(false);
  });
});
