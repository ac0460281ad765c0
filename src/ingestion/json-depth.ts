const comma = 0x2c;
const quote = 0x22;
const backslash = 0x5c;
const isClosing = (code: number): boolean => code === 0x5d || code === 0x7d;

/**
 * Whether JSON text nests arrays and objects deeper than so many levels. It is asked before the text is
 * parsed, which for a text of nothing but brackets takes minutes and gigabytes. Text that is no JSON gets
 * some answer; that it is none, parsing tells.
 */
export function isDeeperThan(text: string, maxDepth: number): boolean {
  return mayBeDeeperThan(text, maxDepth) && isSurelyDeeperThan(text, maxDepth);
}

/**
 * A bound from above, at a tenth of the cost, which does for bodies of flat rows: each level has an array
 * or object that does not follow another one directly, so there are no more levels than those.
 */
function mayBeDeeperThan(text: string, maxDepth: number): boolean {
  let count = 0;
  for (const opening of ['{', '[']) {
    for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
      if (followsAnother(text, at)) continue;
      count++;
      if (count > maxDepth) return true;
    }
  }
  return false;
}

/** Whether a closing bracket and a comma come before. */
function followsAnother(text: string, at: number): boolean {
  const before = skipSpaceBackwards(text, at - 1);
  if (text.charCodeAt(before) !== comma) return false;
  return isClosing(text.charCodeAt(skipSpaceBackwards(text, before - 1)));
}

function skipSpaceBackwards(text: string, from: number): number {
  let at = from;
  while (at >= 0 && text.charCodeAt(at) <= 0x20) at--;
  return at;
}

function isSurelyDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        if (depth > maxDepth) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  // Quotes after an odd number of backslashes belong to the string.
  while (end !== -1 && text.charCodeAt(end - 1) === backslash && isEscaped(text, end))
    end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}
