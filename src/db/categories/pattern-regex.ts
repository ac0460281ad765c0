import { minMatchCharacters } from '../../domain/normalize-text.ts';

/** What normalising takes for white space and compatibility form (NFKC) leaves as it is. */
const space = '[\\s\\u0085\\u1680\\u2028\\u2029]';

/**
 * A regular expression of PostgreSQL that every text in compatibility form matches which contains the
 * pattern or stands in it, whatever its case and white space: one that has the pattern, or that
 * begins with three characters of it. All characters are escaped.
 *
 * @param pattern normalised
 */
export function patternRegex(pattern: string): string {
  const characters = [...pattern];
  const beginnings = new Set<string>();
  for (let i = 0; i + minMatchCharacters <= characters.length; i++) {
    const beginning = characters.slice(i, i + minMatchCharacters);
    if (beginning[0] !== ' ') beginnings.add(beginning.map(spellings).join(''));
  }
  return `${characters.map(spellings).join('')}|^${space}*(?:${[...beginnings].join('|')})`;
}

/** All that normalising makes this character of. */
function spellings(character: string): string {
  if (character === ' ') return `${space}+`;
  // The lower case of U+0130 is an i and this dot.
  if (character === '\u0307') return `${escaped(character)}?`;
  return `[${[character, ...(capitals().get(character) ?? [])].map(escaped).join('')}]`;
}

const escaped = (character: string): string =>
  `\\U${(character.codePointAt(0) as number).toString(16).padStart(8, '0')}`;

let capitalsByLetter: Map<string, string[]> | null = null;

/** The characters that become each letter in lower case; found once, in some ten milliseconds. */
function capitals(): Map<string, string[]> {
  if (capitalsByLetter !== null) return capitalsByLetter;
  capitalsByLetter = new Map();
  // Beyond the second plane there are no letters of two cases.
  for (let code = 0; code < 0x20000; code++) {
    const character = String.fromCodePoint(code);
    const lower = character.toLowerCase();
    const [letter = ''] = lower;
    if (lower !== character)
      capitalsByLetter.set(letter, [...(capitalsByLetter.get(letter) ?? []), character]);
  }
  // Which of its two forms a capital sigma becomes depends on the letters around it.
  for (const sigma of ['σ', 'ς']) capitalsByLetter.set(sigma, ['σ', 'ς', 'Σ']);
  return capitalsByLetter;
}
