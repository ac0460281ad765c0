import { isUtf8 } from 'node:buffer';
import { ApiError } from '../../domain/errors.ts';

const byteOrderMark = Buffer.from('\ufeff');

/**
 * The same bytes in pieces that end at the end of a character, without a byte order mark at the start.
 * Throws ApiError `invalid_encoding` for bytes that are no UTF-8, which would otherwise be stored as
 * replacement characters.
 */
export async function* wholeCharacters(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let isStart = true;
  for await (const chunk of bytes) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = endOfLastWhole(data);
    const whole = data.subarray(0, end);
    if (!isUtf8(whole)) throw notUtf8();
    rest = data.subarray(end);
    if (end === 0) continue;
    const hasMark = isStart && whole.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    isStart = false;
    yield hasMark ? whole.subarray(byteOrderMark.length) : whole;
  }
  if (rest.length > 0) throw notUtf8();
}

export const notUtf8 = (): ApiError =>
  new ApiError('invalid_encoding', 'The body is not valid UTF-8.');

/** The index behind the last character that is complete. */
function endOfLastWhole(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back] as number;
    if (byte < 0x80) return length;
    // This is a continuation byte; the first byte of the character says how many there are.
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? length - back : length;
  }
  return length;
}
