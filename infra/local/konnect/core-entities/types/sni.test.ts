import { expect } from 'vitest';
import { describeStrictness, ids } from '../../strictness-fixture.ts';
import { keyPair } from '../../test-client.ts';

const { cert, key } = await keyPair();
const certificate = { id: ids.one };
const given = [['certificates', ids.one, { cert, key }]] as const;
const refused = (name: string, message: unknown) => ({
  body: { name, certificate },
  detail: { field: 'name', messages: [message] },
});

describeStrictness({
  path: 'snis',
  given,
  accepted: ['a.example', '*.a.example', 'a.example.*', 'localhost', 'a_b.example'].map((name) => ({
    body: { name, certificate },
  })),
  refused: [
    { body: { certificate }, detail: { messages: ["missing properties: 'name'"] } },
    { body: { name: 'a.example' }, detail: { messages: ["missing properties: 'certificate'"] } },
    refused('10.0.0.1', 'must not be an IP'),
    refused('::1', 'must not be an IP'),
    refused('a.example:443', 'must not contain a port'),
    ...['a.*.example', '*', '*.a.*', 'a b', '.a', 'a..b'].map((name) =>
      refused(name, expect.stringMatching(/^must match pattern/)),
    ),
  ],
  clashes: [
    {
      first: { name: 'a.example', certificate },
      second: { name: 'a.example', certificate },
      message: 'name (type: unique) constraint failed',
    },
    {
      first: { name: 'a.example', certificate },
      second: { name: 'b.example', certificate: { id: ids.missing } },
      message: 'certificate.id (type: foreign) constraint failed',
    },
  ],
});

describeStrictness({
  path: `certificates/${ids.one}/snis`,
  given,
  accepted: [{ body: { name: 'a.example' }, stored: { name: 'a.example', certificate } }],
  refused: [{ body: { name: 'a.example', certificate: { id: ids.two } }, detail: { field: 'certificate.id' } }],
});
