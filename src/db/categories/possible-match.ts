import { minMatchCharacters } from '../../domain/normalize-text.ts';
import { containing } from '../list-page.ts';
import { patternRegex } from './pattern-regex.ts';

interface Condition {
  sql: string;
  bindings: (string | string[])[];
}

const columns = ['merchant_name', 'description'];

/** With a character that no pattern has in between, so that one comparison does for both texts. */
const texts = "(coalesce(merchant_name, '') || E'\\x01' || coalesce(description, ''))";

/**
 * A condition that every row of `transactions` meets which a pattern may match: it lets too much pass
 * rather than too little. The regular expression alone would take most of the time of a search, so
 * that only rows are held against it which might have the pattern by what is cheap to see.
 *
 * @param pattern normalised, of at least minMatchCharacters
 */
export function possibleMatch(pattern: string): Condition {
  const cheap = cheapMatch(pattern);
  const regex = patternRegex(pattern);
  // The operator of "C" compares characters by their codes, which is all that this regex needs, and faster.
  const exact = columns.map(
    (column) =>
      `${column} COLLATE "C" ~ ? OR octet_length(${column}) <> length(${column}) AND ${column} IS NOT NFKC NORMALIZED`,
  );
  return {
    // AND would leave the order to the planner, which has no idea of what is cheap.
    sql: `CASE WHEN ${cheap.sql} THEN ${exact.join(' OR ')} END`,
    bindings: [...cheap.bindings, ...exact.map(() => regex)],
  };
}

/**
 * Of texts that are ASCII and begin with no white space, those that contain the longest word of the
 * pattern, and those that begin as some part of it; and all other texts.
 */
function cheapMatch(pattern: string): Condition {
  const word = pattern.split(' ').reduce((a, b) => (b.length > a.length ? b : a));
  const begins = columns.map(
    (column) => `left(${column}, ${minMatchCharacters}) COLLATE "C" = ANY (?::text[])`,
  );
  const beginnings = asciiBeginnings(pattern);
  return {
    sql: [
      ...columns.map((column) => `${column} COLLATE "C" < '!'`),
      `lower(${texts} COLLATE "C") LIKE ?`,
      ...begins,
      ...columns.map((column) => `octet_length(${column}) <> length(${column})`),
    ].join(' OR '),
    bindings: [containing(word), ...begins.map(() => beginnings)],
  };
}

const asciiSpaces = [' ', '\t', '\n', '\v', '\f', '\r'];

/** The first characters of all ASCII texts without space before them that normalise to a part of the pattern. */
function asciiBeginnings(pattern: string): string[] {
  const characters = [...pattern];
  const beginnings = new Set<string>();
  for (let i = 0; i + minMatchCharacters <= characters.length; i++) {
    if (characters[i] === ' ') continue;
    // A space may be the first of a run, so that the character behind it comes later.
    let spelled = [''];
    for (const [index, character] of characters.slice(i, i + minMatchCharacters).entries()) {
      const isAfterSpace = index > 0 && characters[i + index - 1] === ' ';
      const spellings = [
        ...(character === ' ' ? asciiSpaces : [character, character.toUpperCase()]),
        ...(isAfterSpace ? asciiSpaces : []),
      ];
      spelled = spelled.flatMap((before) => spellings.map((spelling) => before + spelling));
    }
    for (const beginning of spelled) beginnings.add(beginning);
  }
  return [...beginnings];
}
