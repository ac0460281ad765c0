import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ApiError } from '../../domain/errors.ts';
import { notUtf8 } from './whole-characters.ts';

/** What reading a body needs of Koa's context. */
export interface BodySource {
  req: IncomingMessage;
  get(header: string): string;
}

/**
 * The bytes of a request's body, decompressed, never more than `maxBytes` of them: a small gzip that
 * unfolds without end is cut off at the limit.
 */
export async function* readBytes(source: BodySource, maxBytes: number): AsyncGenerator<Buffer> {
  const tooLarge = () =>
    new ApiError('payload_too_large', `The body must have at most ${maxBytes} bytes.`);
  if (Number(source.get('content-length')) > maxBytes) throw tooLarge();
  const stream = decompressed(source);
  let total = 0;
  try {
    // The request itself must outlive this loop: the answer goes out on its socket.
    for await (const chunk of stream.iterator({ destroyOnReturn: stream !== source.req })) {
      total += (chunk as Buffer).length;
      if (total > maxBytes) throw tooLarge();
      yield chunk as Buffer;
    }
  } catch (error) {
    if (isZlibError(error))
      throw new ApiError('invalid_encoding', 'The body is not valid gzip.', { cause: error });
    throw error;
  }
}

/** Strictly: bytes that are no UTF-8 would otherwise be stored as replacement characters. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function decompressed(source: BodySource): Readable {
  const encoding = source.get('content-encoding').toLowerCase() || 'identity';
  if (encoding === 'identity') return source.req;
  if (encoding !== 'gzip') {
    throw new ApiError('unsupported_media_type', 'The content encoding must be gzip, or none.');
  }
  const gunzip = createGunzip();
  // pipe() passes on data, but not the loss of the client.
  source.req.once('error', (error) => gunzip.destroy(error));
  return source.req.pipe(gunzip);
}

/** zlib's errors are told by their code only, such as Z_DATA_ERROR. */
const isZlibError = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('Z_');
};
