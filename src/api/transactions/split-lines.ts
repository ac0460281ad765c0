import { ApiError } from '../../domain/errors.ts';
import { decodeUtf8 } from './read-body.ts';

const newline = 0x0a;

export interface Line {
  text: string;
  /** 1-based, blank lines counted. */
  line: number;
}

/** Lines of a byte stream, without the blank ones; the last may lack its newline, and each may end in CR LF. */
export async function* splitLines(
  bytes: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let line = 0;
  let rest: Buffer = Buffer.alloc(0);
  const tooLong = () =>
    new ApiError(
      'payload_too_large',
      `Line ${line + 1} is longer than the ${maxLineBytes} bytes allowed.`,
    );
  for await (const chunk of bytes) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    // A newline byte is never part of a longer UTF-8 sequence, so lines can be cut before decoding.
    for (let end = data.indexOf(newline); end !== -1; end = data.indexOf(newline, start)) {
      if (end - start > maxLineBytes) throw tooLong();
      line++;
      const text = decodeUtf8(data.subarray(start, end));
      if (text.trim() !== '') yield { text, line };
      start = end + 1;
    }
    rest = data.subarray(start);
    if (rest.length > maxLineBytes) throw tooLong();
  }
  const text = decodeUtf8(rest);
  if (text.trim() !== '') yield { text, line: line + 1 };
}
