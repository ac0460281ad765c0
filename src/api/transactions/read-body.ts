import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ApiError } from '../../domain/errors.ts';
import { freeUnfoldedBytes, maxUnfolding } from '../../domain/limits.ts';
import { notUtf8 } from './whole-characters.ts';

/** The part of Koa's context that is needed to read a body. */
export interface BodySource {
  req: IncomingMessage;
  get(header: string): string;
}

/** How much is unfolded at a time, in a thread: with 16 KiB, the default, the hand-overs take as long again as the work. */
const unfoldedChunkBytes = 64 * 1024;

/**
 * The bytes of a request's body, decompressed, never more than `maxBytes` of them: a small gzip that
 * unfolds without end is cut off, by its ratio or at the limit. So is a gzip that is larger itself,
 * since it may unfold to nothing at all.
 */
export async function* readBytes(source: BodySource, maxBytes: number): AsyncGenerator<Buffer> {
  if (Number(source.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const { stream, compressedBytes } = decompressed(source, maxBytes);
  let total = 0;
  try {
    // The request must stay open after this loop: the answer goes out on its socket.
    for await (const chunk of stream.iterator({ destroyOnReturn: stream !== source.req })) {
      total += (chunk as Buffer).length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      if (total > freeUnfoldedBytes && total > maxUnfolding * compressedBytes())
        throw unfoldsTooFar();
      yield chunk as Buffer;
    }
  } catch (error) {
    if (isZlibError(error))
      throw new ApiError('invalid_encoding', 'The body is not valid gzip.', { cause: error });
    throw error;
  }
}

/** Throws ApiError for bytes that are not UTF-8, which would otherwise be stored as replacement characters. */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

interface Decompressed {
  stream: Readable;
  /** How many of the compressed bytes have been unfolded; infinite for a body that is not compressed. */
  compressedBytes: () => number;
}

function decompressed(source: BodySource, maxBytes: number): Decompressed {
  const encoding = source.get('content-encoding').toLowerCase() || 'identity';
  if (encoding === 'identity')
    return { stream: source.req, compressedBytes: () => Number.POSITIVE_INFINITY };
  if (encoding !== 'gzip') {
    throw new ApiError('unsupported_media_type', 'Content-Encoding must be gzip or absent.');
  }
  const gunzip = createGunzip({ chunkSize: unfoldedChunkBytes });
  // pipe() does not pass on the error of a client that has left.
  source.req.once('error', (error) => gunzip.destroy(error));
  let sentBytes = 0;
  source.req.on('data', (chunk: Buffer) => {
    sentBytes += chunk.length;
    if (sentBytes > maxBytes) gunzip.destroy(tooLarge(maxBytes));
  });
  return { stream: source.req.pipe(gunzip), compressedBytes: () => gunzip.bytesWritten };
}

const tooLarge = (maxBytes: number): ApiError =>
  new ApiError('payload_too_large', `The body must have at most ${maxBytes} bytes.`);

const unfoldsTooFar = (): ApiError =>
  new ApiError(
    'payload_too_large',
    `The body must not expand to more than ${maxUnfolding} times its compressed size. Compress it less, or not at all.`,
  );

/** zlib's errors are told by their code only, such as Z_DATA_ERROR. */
const isZlibError = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('Z_');
};
