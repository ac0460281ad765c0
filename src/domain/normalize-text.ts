import { codeUnitAt } from './code-unit-at.ts';
/** Shorter texts and patterns match nothing: two characters are contained in almost everything. */
export const minMatchCharacters = 3;

const whiteSpaceRun = /\p{White_Space}+/gu;
const edgeSpace = /^ | $/g;

const upperCase = 1;
const space = 2;
/** White space that is not U+0020. */
const otherSpace = 4;
const asciiKinds = Uint8Array.from({ length: 0x80 }, (_, code) => {
  if (code >= 0x41 && code <= 0x5a) return upperCase;
  if (code >= 0x09 && code <= 0x0d) return space | otherSpace;
  return code === 0x20 ? space : 0;
});

/**
 * The form in which texts and patterns are compared: Unicode NFKC, then lower case, then each run
 * of Unicode White_Space as one space, then trimmed.
 *
 * Most bank texts are plain ASCII, where NFKC changes nothing and white space seldom needs a
 * change, so one pass finds out what there is to do. It looks kinds up rather than compare codes,
 * because letters, digits and spaces follow each other as no branch predictor can foresee. The
 * first other character leads to the full form.
 */
export function normalizeText(text: string): string {
  let seen = 0;
  let repeated = 0;
  // The edges count as spaces, so that a space next to them is removed.
  let previous = space;
  for (let i = 0, { length } = text; i < length; i++) {
    const code = codeUnitAt(text, i);
    if (code > 0x7f) return normalizeUnicodeText(text);
    const kind = asciiKinds[code] as number;
    seen |= kind;
    repeated |= previous & kind;
    previous = kind;
  }
  const lower = (seen & upperCase) === 0 ? text : text.toLowerCase();
  const extraSpace = ((repeated | previous) & space) | (seen & otherSpace);
  return extraSpace === 0 ? lower : collapseWhiteSpace(lower);
}

function normalizeUnicodeText(text: string): string {
  return collapseWhiteSpace(text.normalize('NFKC').toLowerCase());
}

/**
 * Neither `\s` nor `trim()` will do: both take U+FEFF for white space, which Unicode does not, and
 * leave out U+0085, which Unicode counts in.
 */
function collapseWhiteSpace(text: string): string {
  return text.replace(whiteSpaceRun, ' ').replace(edgeSpace, '');
}

/** The length of a text in characters, that is in Unicode code points. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 1, { length } = text; i < length; i++) {
    if (isLowSurrogate(codeUnitAt(text, i)) && isHighSurrogate(codeUnitAt(text, i - 1))) count--;
  }
  return count;
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}
