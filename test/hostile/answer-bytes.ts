import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Answer, Content } from './answer.ts';
import { madeOf } from './spoil.ts';

/* The bytes of hostile answers. */

const mebibyte = 1024 * 1024;
// What a list may hold, and one page more, on which it is seen that it is too much.
export const mostSent = (64 + 8) * mebibyte;
// One page, and what may be on its way in the buffers of sockets before the connection is cut.
export const mostOfOne = (8 + 8) * mebibyte;
/** Half a megabyte that stands for a thousand times as much: the content of gzip's members is one after the other. */
const bomb = Buffer.concat(Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(32 * mebibyte))));

export function reply(
  socket: Socket,
  head: string,
  one: Answer,
  elsewhere: number,
  sent: { bytes: number; pages: number },
): void {
  sent.pages += 1;
  const bytes = bytesOf(one.body, head, sent.pages);
  const lengths: Readonly<Record<Answer['length'], string>> = {
    right: `content-length: ${bytes.length}`,
    less: `content-length: ${Math.floor(bytes.length / 2)}`,
    more: `content-length: ${bytes.length + 10}`,
    none: 'connection: close',
    chunked: 'transfer-encoding: chunked',
    nonsense: 'content-length: -1',
  };
  const endless = 'endless' in one.body;
  const lines = [
    `HTTP/1.1 ${one.status} Nonsense`,
    `location: http://127.0.0.1:${elsewhere}/`,
    ...('bomb' in one.body ? ['content-encoding: gzip'] : []),
    ...one.headers.map(([name, value]) => `${name}: ${value}`),
    endless ? 'connection: close' : lengths[one.length],
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  if (endless) pour(socket, sent);
  else {
    sent.bytes += bytes.length;
    socket.end(bytes);
  }
}

/** Until the other side has enough, and never more than it takes. */
function pour(socket: Socket, sent: { bytes: number }): void {
  const chunk = Buffer.alloc(256 * 1024, 'a');
  const more = (): void => {
    while (!socket.destroyed && sent.bytes < mostSent) {
      sent.bytes += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

function bytesOf(body: Content, head: string, nth: number): Buffer {
  if ('bomb' in body) return bomb;
  if ('endless' in body) return Buffer.alloc(0);
  if ('text' in body) return Buffer.from(body.text);
  if ('value' in body) return Buffer.from(JSON.stringify(madeOf(body.value)) ?? '');
  if ('error' in body) return Buffer.from(JSON.stringify(errorOf(body.error, body.said)));
  const items = madeOf(body.items);
  const asked = /page%5Bnumber%5D=(\d+)/.exec(head)?.[1] ?? '1';
  const pages = {
    offset: { data: items, offset: `o${nth}` },
    same: { data: items, offset: 'again' },
    cursor: { data: items, meta: { page: { next: `/x?page[after]=${nth}` } } },
    number: { data: [items], meta: { page: { number: Number(asked), size: 1, total: 1e12 } } },
  };
  return Buffer.from(JSON.stringify(pages[body.page]));
}

function errorOf(family: 'problem' | 'core' | 'plain', said: string): unknown {
  const instance = said;
  if (family === 'problem') {
    return {
      status: said,
      title: said,
      detail: said,
      instance,
      invalid_parameters: [{ field: said, reason: said, rule: said, choices: [said, { said }] }],
    };
  }
  return family === 'core'
    ? { code: 3, message: said, details: [{ type: said, field: said, messages: [said, 7, null] }] }
    : { message: said };
}
