import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Terminal } from '../engine/errors.ts';
import { basePathOf, globalServerURL, isExplicitlyAllowed, normaliseServerURL, regionOf } from './server-url.ts';

const allowedHosts = ['konnect.example.com', 'Konnect.Müller.example:8443', '127.0.0.1:9443', '[::1]:9443'];

describe('normaliseServerURL', () => {
  for (const { input, is, reason } of [
    { input: 'us.api.konghq.com', is: 'https://us.api.konghq.com', reason: 'a bare host' },
    { input: 'https://us.api.konghq.com', is: 'https://us.api.konghq.com', reason: 'a URL' },
    { input: 'https://us.api.konghq.com/', is: 'https://us.api.konghq.com', reason: 'an empty path' },
    { input: '  https://us.api.konghq.com\n', is: 'https://us.api.konghq.com', reason: 'white space of a YAML block' },
    { input: 'HTTPS://EU.API.KongHQ.com', is: 'https://eu.api.konghq.com', reason: 'upper case' },
    { input: 'https://us.api.konghq.com:443', is: 'https://us.api.konghq.com', reason: 'the default port, said' },
    { input: 'us.api.konghq.com.', is: 'https://us.api.konghq.com', reason: 'the dot of the root' },
    { input: 'us.api.konghq.tech', is: 'https://us.api.konghq.tech', reason: "Kong's other domain" },
    { input: 'https://us.api.ｋonghq。com', is: 'https://us.api.konghq.com', reason: 'full-width letters and dot' },
    { input: 'https://us.svc.konghq.com/api', is: 'https://us.svc.konghq.com', reason: 'the path of private link' },
    { input: 'https://us.svc.konghq.com/api/', is: 'https://us.svc.konghq.com', reason: 'the same with a slash' },
    { input: 'konnect.example.com', is: 'https://konnect.example.com', reason: 'a host of the allow-list' },
    {
      input: 'https://konnect.müller.example:8443',
      is: 'https://konnect.xn--mller-kva.example:8443',
      reason: 'Unicode',
    },
    { input: '127.0.0.1:9443', is: 'https://127.0.0.1:9443', reason: 'an address of the allow-list' },
    { input: '[0:0::1]:9443', is: 'https://[::1]:9443', reason: 'an IPv6 address of the allow-list' },
  ]) {
    it(`accepts ${reason}`, () => {
      const url = normaliseServerURL(input, { allowedHosts });
      assert.equal(url, is);
      assert.equal(normaliseServerURL(url, { allowedHosts }), url, 'what was normalised stays the same');
    });
  }

  for (const { input, says, reason } of [
    { input: '', says: /is empty/, reason: 'nothing' },
    { input: 'http://us.api.konghq.com', says: /must use https/, reason: 'a connection that anyone can read' },
    { input: 'file:///etc/passwd', says: /must use https/, reason: 'another scheme' },
    { input: 'https://kpat_canary@us.api.konghq.com', says: /user information/, reason: 'a secret before the host' },
    { input: 'us.api.konghq.com@evil.example', says: /user information/, reason: 'a host that is a user name' },
    { input: 'https://us.api.konghq.com/v2', says: /no path/, reason: 'a path' },
    { input: 'https://us.api.konghq.com/api', says: /no path/, reason: 'the path of private link elsewhere' },
    { input: 'https://us.svc.konghq.com/other', says: /no path/, reason: 'another path on private link' },
    { input: 'https://us.api.konghq.com?x=kpat_canary', says: /query/, reason: 'a query' },
    { input: 'https://us.api.konghq.com#x', says: /fragment/, reason: 'a fragment' },
    {
      input: 'https://evil.example\\.konghq.com',
      says: /character/,
      reason: 'a backslash that parsers read as a slash',
    },
    { input: 'https://us.api.kong\thq.com', says: /character/, reason: 'a tab that parsers drop' },
    { input: 'https://us.api.konghq.com%2eevil.example', says: /character/, reason: 'an encoded character' },
    { input: 'https://127.0.0.1', says: /127\.0\.0\.1.*may not call/, reason: 'an IPv4 address' },
    { input: 'https://2130706433', says: /127\.0\.0\.1.*may not call/, reason: 'the same as a number' },
    { input: 'https://0x7f.1', says: /127\.0\.0\.1.*may not call/, reason: 'the same in hex' },
    { input: 'https://[::1]', says: /may not call/, reason: 'an IPv6 address' },
    { input: 'https://[::ffff:169.254.169.254]', says: /may not call/, reason: 'the metadata service' },
    { input: 'https://127.0.0.1:9444', says: /may not call/, reason: 'another port than the allowed one' },
    { input: 'https://konnect.example.com:8443', says: /may not call/, reason: 'a port where none is allowed' },
    { input: 'https://us.api.konghq.com:8443', says: /may not call/, reason: "another port of Konnect's" },
    { input: 'https://evilkonghq.com', says: /may not call/, reason: 'a domain that only ends alike' },
    {
      input: 'https://us.api.konghq.com.evil.example',
      says: /may not call/,
      reason: 'a domain that only begins alike',
    },
    { input: 'https://konghq.com', says: /may not call/, reason: 'the domain itself, which is a web site' },
    { input: 'https://us.api.кonghq.com', says: /may not call/, reason: 'a Cyrillic letter that looks alike' },
    { input: 'https://us..konghq.com', says: /no valid host/, reason: 'an empty label' },
    { input: 'us.api.konghq.com..', says: /no valid host/, reason: 'two dots at the end' },
    { input: 'us.api.konghq.com:99999', says: /no valid host/, reason: 'a port that does not exist' },
    { input: 'kpat_canary', says: /looks like a token/, reason: 'a token in the wrong field' },
  ]) {
    it(`refuses ${reason}`, () => {
      assert.throws(
        () => normaliseServerURL(input, { allowedHosts }),
        (error) => {
          assert.ok(error instanceof Terminal);
          assert.match(error.message, says);
          assert.match(error.message, /https:\/\/us\.api\.konghq\.com/, 'says what to do');
          assert.doesNotMatch(error.message, /canary/);
          return true;
        },
      );
    });
  }

  it('gives a URL whose host is allowed, or throws Terminal, for any text', () => {
    const pieces = fc.constantFrom(
      'https://',
      'us',
      '.',
      'konghq.com',
      '@',
      ':',
      '/',
      '\\',
      '#',
      '?',
      '%2e',
      '127.1',
      'é',
      '\t',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { hostname, origin } = new URL(normaliseServerURL(text, { allowedHosts: [] }));
          assert.match(hostname, /\.konghq\.(com|tech)$/);
          assert.equal(origin, normaliseServerURL(text, { allowedHosts: [] }));
        } catch (error) {
          if (!(error instanceof Terminal)) throw error;
        }
      }),
    );
  });
});

describe('what follows from a server URL', () => {
  for (const { url, global, region, base } of [
    { url: 'https://us.api.konghq.com', global: 'https://global.api.konghq.com', region: 'us', base: '' },
    { url: 'https://eu.api.konghq.tech', global: 'https://global.api.konghq.tech', region: 'eu', base: '' },
    { url: 'https://global.api.konghq.com', global: 'https://global.api.konghq.com', region: 'global', base: '' },
    { url: 'https://us.svc.konghq.com', global: 'https://us.svc.konghq.com', region: 'us', base: '/api' },
    { url: 'https://us.kic.api.konghq.com', global: 'https://us.kic.api.konghq.com', region: 'us', base: '' },
    { url: 'https://usa.api.konghq.com', global: 'https://usa.api.konghq.com', region: undefined, base: '' },
    {
      url: 'https://konnect.example.com:8443',
      global: 'https://konnect.example.com:8443',
      region: undefined,
      base: '',
    },
    { url: 'https://127.0.0.1:1', global: 'https://127.0.0.1:1', region: undefined, base: '' },
  ]) {
    it(`of ${url}`, () => {
      assert.deepEqual([globalServerURL(url), regionOf(url), basePathOf(url)], [global, region, base]);
    });
  }

  it('knows the hosts that the deployment names, in whatever spelling', () => {
    assert.equal(isExplicitlyAllowed('konnect.xn--mller-kva.example:8443', { allowedHosts }), true);
    assert.equal(isExplicitlyAllowed('us.api.konghq.com', { allowedHosts }), false);
  });
});
