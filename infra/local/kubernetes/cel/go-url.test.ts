import { describe, expect, it } from 'vitest';
import { parseGoUrl } from './go-url.ts';

describe('what is a URL', () => {
  it.each([
    ['https://eu.api.konghq.com', { scheme: 'https', host: 'eu.api.konghq.com', path: '' }],
    [
      'https://user:pw@host:443/v2?x=1',
      { scheme: 'https', host: 'host:443', hostname: 'host', port: '443', query: 'x=1' },
    ],
    ['HTTP://x', { scheme: 'http', host: 'x' }],
    ['https://[::1]:80/', { hostname: '::1', port: '80' }],
    ['https://', { scheme: 'https', host: '' }],
    ['https:///x', { scheme: 'https', host: '', path: '/x' }],
    ['https:eu.api.konghq.com', { scheme: 'https', host: '' }],
    ['a:443', { scheme: 'a' }],
    ['mailto:a@b', { scheme: 'mailto' }],
    ['/a', { scheme: '', path: '/a' }],
    ['//a', { scheme: '', host: '', path: '//a' }],
  ])('%s', (text, parts) => {
    expect(parseGoUrl(text)).toMatchObject(parts);
  });

  it.each([
    '',
    'eu.api.konghq.com',
    'a/b',
    'a b',
    '?x',
    '#x',
    '[::1]',
    '*.konghq.com',
    'a\nb',
    'https://exa mple',
    'https://a%zz',
    '/%zz',
  ])('is not %j', (text) => {
    expect(parseGoUrl(text)).toBeUndefined();
  });
});
