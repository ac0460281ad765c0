import { normalizeText } from '../domain/normalize-text.ts';

/** A part of a text, by UTF-16 code units: from `start` to before `end`. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Where each code unit of the normalised text comes from. Normalising makes several characters of
 * one (a ligature), one of several (a combining mark, a run of white space), or none (at the edges):
 * a part of the normalised text comes from all characters that had a share in it.
 */
export class TextOrigin {
  readonly normalized: string;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(text: string) {
    this.normalized = normalizeText(text);
    let atSpace = true;
    for (const { start, end, folded } of foldedPieces(text)) {
      for (let i = 0; i < folded.length; i++) {
        const isSpace = whiteSpace.test(folded.charAt(i));
        if (isSpace && atSpace) {
          // This space belongs to the run that has begun. At the left edge there is none.
          if (this.#ends.length > 0) this.#ends[this.#ends.length - 1] = end;
          continue;
        }
        this.#starts.push(start);
        this.#ends.push(end);
        atSpace = isSpace;
      }
    }
    // Space at the right edge has an entry too, which nobody reads.
  }

  /** Where a part of the normalised text is in the original text. */
  spanOf(start: number, length: number): Span {
    return {
      start: this.#starts[start] as number,
      end: this.#ends[start + length - 1] as number,
    };
  }
}

const whiteSpace = /\p{White_Space}/u;
const asciiOnly = /^\p{ASCII}*$/u;

interface Piece extends Span {
  /** The text in compatibility form and lower case, with its original white space. */
  folded: string;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The smallest pieces found that fold the same alone as together. Those are mostly the characters
 * that people see; neighbours that melt into one (as Korean letters do) are put together.
 */
function foldedPieces(text: string): Piece[] {
  if (asciiOnly.test(text))
    return Array.from(text.toLowerCase(), (folded, start) => ({ start, end: start + 1, folded }));
  const pieces: Piece[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const piece = { start: index, end: index + segment.length, folded: fold(segment) };
    const previous = pieces.at(-1);
    const together = previous && fold(text.slice(previous.start, piece.end));
    if (previous !== undefined && together?.length !== previous.folded.length + piece.folded.length)
      pieces[pieces.length - 1] = { start: previous.start, end: piece.end, folded: together ?? '' };
    else pieces.push(piece);
  }
  return pieces;
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();
