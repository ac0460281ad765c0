import { ApiError } from '../../domain/errors.ts';
import { EventLoopTurns } from '../../domain/event-loop-turns.ts';
import { maxRowBytes, maxSpareBlankLines } from '../../domain/limits.ts';
import { Excerpt } from './excerpt.ts';
import { decodeUtf8 } from './read-body.ts';

const newline = 0x0a;

export interface Line {
  text: string;
  /** 1-based, blank lines counted. */
  line: number;
}

/**
 * Lines of a byte stream, without the blank ones; the last may lack its newline, and each may end in CR LF.
 * Throws ApiError for a line that is too long, for many more blank lines than others, and for bytes that
 * are no UTF-8.
 */
export async function* splitLines(
  bytes: AsyncIterable<Buffer>,
  { maxLineBytes = maxRowBytes, spareBlankLines = maxSpareBlankLines } = {},
): AsyncGenerator<Line> {
  const turns = new EventLoopTurns();
  const kept = new Excerpt();
  kept.begin(0);
  let line = 1;
  let blankLines = 0;
  const checkLength = (length: number) => {
    if (length > maxLineBytes)
      throw tooLarge(`Line ${line} is longer than the ${maxLineBytes} bytes allowed.`);
  };
  for await (const chunk of bytes) {
    // A newline byte is never part of a longer UTF-8 sequence, so lines can be cut before decoding.
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, end + 1)) {
      checkLength(kept.lengthAt(end));
      const text = decodeUtf8(join(kept.end(chunk, end)));
      if (text.trim() !== '') yield { text, line };
      else {
        blankLines++;
        const rows = line - blankLines;
        if (blankLines > rows + spareBlankLines)
          throw tooLarge(
            `Up to line ${line} there are ${blankLines} blank lines; a stream may have ${spareBlankLines} more than it has transactions.`,
          );
      }
      kept.begin(end + 1);
      line++;
      if (turns.isOver) await turns.next();
    }
    checkLength(kept.lengthAt(chunk.length));
    kept.endChunk(chunk);
    if (turns.isOver) await turns.next();
  }
  const text = decodeUtf8(join(kept.end(Buffer.alloc(0), 0)));
  if (text.trim() !== '') yield { text, line };
}

const tooLarge = (detail: string): ApiError => new ApiError('payload_too_large', detail);

const join = (pieces: Buffer[]): Buffer =>
  pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
