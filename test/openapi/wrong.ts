import type { Exchange } from '../../infra/local/konnect/recorder.ts';
import { organization } from '../../infra/local/konnect/test-client.ts';
import type { Problem } from './validate.ts';

const organizationAnswer = { id: organization.id, name: 'Example', state: 'active' };
/** An exchange that the documents allow. */
export const right: Exchange = {
  method: 'GET',
  path: '/v3/organizations/me',
  query: {},
  status: 200,
  contentType: 'application/json',
  responseBody: organizationAnswer,
  injected: false,
};
const services = '/v2/control-planes/6f1b1f0a-6c7e-4a7e-8a51-3d2f6c0d0001/core-entities/services';
const service = { host: 'example.com', port: 80 };
/** Another, with a body. */
export const created: Exchange = {
  ...right,
  method: 'POST',
  path: services,
  status: 201,
  requestBody: service,
  responseBody: service,
};

/** Exchanges with one fault each, and where it has to be found. */
export const wrong: readonly { readonly why: string; readonly exchange: Exchange; readonly part: Problem['part'] }[] = [
  {
    why: 'a wrong value in an answer',
    exchange: { ...right, responseBody: { ...organizationAnswer, state: 'odd' } },
    part: 'response body',
  },
  {
    why: 'a wrong type in an answer',
    exchange: { ...created, responseBody: { host: 'h', port: '80' } },
    part: 'response body',
  },
  {
    why: 'a null where none is allowed',
    exchange: { ...created, responseBody: { host: null } },
    part: 'response body',
  },
  { why: 'a missing field', exchange: { ...created, responseBody: { port: 80 } }, part: 'response body' },
  {
    why: 'a write-only field in an answer',
    exchange: { ...created, responseBody: { host: 'h', url: 'http://h' } },
    part: 'response body',
  },
  { why: 'no answer', exchange: { ...created, responseBody: undefined }, part: 'response body' },
  {
    why: 'a body with a 204',
    exchange: { ...created, method: 'DELETE', path: `${services}/x`, requestBody: undefined, status: 204 },
    part: 'response body',
  },
  { why: 'another content type', exchange: { ...right, contentType: 'text/html' }, part: 'content type' },
  { why: 'an undeclared status', exchange: { ...right, status: 402 }, part: 'status' },
  {
    why: 'an unknown field in a request',
    exchange: { ...created, requestBody: { host: 'h', hostt: 'h' } },
    part: 'request body',
  },
  { why: 'a request without its body', exchange: { ...created, requestBody: undefined }, part: 'request body' },
  { why: 'a body where none belongs', exchange: { ...right, requestBody: {} }, part: 'request body' },
  { why: 'an undeclared query parameter', exchange: { ...right, query: { name: 'x' } }, part: 'query' },
  {
    why: 'a page that is no number',
    exchange: {
      ...right,
      path: '/v2/control-planes',
      query: { 'page[size]': 'ten' },
      responseBody: { data: [], meta: { page: { number: 1, size: 10, total: 0 } } },
    },
    part: 'query',
  },
  {
    why: 'an operator the filter has not',
    exchange: {
      ...right,
      path: '/v2/control-planes',
      query: { 'filter[name][lt]': 'x' },
      responseBody: { data: [], meta: { page: { number: 1, size: 10, total: 0 } } },
    },
    part: 'query',
  },
  { why: 'a path of no document', exchange: { ...right, path: '/v3/organizations/mine' }, part: 'path' },
];
