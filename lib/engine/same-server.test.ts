import { describe, expect, it } from 'vitest';
import { isSameServer } from './same-server.ts';

const eu = 'https://eu.api.konghq.com';

describe('a server', () => {
  it.each([
    'eu.api.konghq.com',
    'https://eu.api.konghq.com/',
    ' HTTPS://EU.API.konghq.com:443 ',
    'https://eu.svc.konghq.com/api',
    'https://eu.svc.konghq.com',
  ])('is the same as %s', (other) => {
    expect(isSameServer(eu, other)).toBe(true);
  });

  it.each([
    'https://us.api.konghq.com',
    'https://eu.api.konghq.tech',
    'https://us.svc.konghq.com/api',
    'https://eu.api.konghq.com:8443',
    'https://eu.svc.konghq.com.example',
  ])('is another than %s', (other) => {
    expect(isSameServer(eu, other)).toBe(false);
  });
});
