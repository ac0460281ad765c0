import { minMatchCharacters, normalizeText } from './normalize-text.ts';

/** Prefixes that card schemes and banks put before the merchant's name. */
const prefixes =
  /^(?:pos (?:purchase|debit|refund)|card (?:purchase|payment)|contactless|paypal \*|sq \*|sumup \*|zettle_?\*|tst\* ?|sp |direct debit|dd |visa|debit|purchase|payment to)\s*/u;

/** Words with a digit: store numbers, references, dates, times, phone numbers. */
const hasDigit = /\d/u;
/** From the first letter or digit to the last one. A pattern for the edges would try each place within a long run of signs. */
const core = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su;

export interface MerchantGroup {
  /** The same for all texts of one merchant: without store numbers, dates and references. */
  name: string;
  /** A part of the normalised text that suits as a pattern; null when too little is left. */
  pattern: string | null;
}

/** The group of a merchant's text: "SQ *BLUE DOOR 0423 TORONTO" and "Blue Door #7 Toronto" are in one group. */
export function merchantGroup(text: string): MerchantGroup {
  const normalized = normalizeText(text);
  let rest = normalized;
  for (
    let shorter = rest.replace(prefixes, '');
    shorter !== rest;
    shorter = rest.replace(prefixes, '')
  )
    rest = shorter;
  const runs: string[][] = [[]];
  for (const word of rest.split(' ')) {
    if (hasDigit.test(word)) runs.push([]);
    else if (core.test(word)) runs.at(-1)?.push(word);
  }
  const words = runs.flat().map(withoutEdges);
  const longest = runs
    .map((run) => withoutEdges(run.join(' ')))
    .reduce((best, run) => (run.length > best.length ? run : best), '');
  const name = words.join(' ');
  return {
    // A text of nothing but numbers is its own group.
    name: name === '' ? normalized : name,
    pattern:
      [...longest].length >= minMatchCharacters && normalized.includes(longest) ? longest : null,
  };
}

const withoutEdges = (text: string): string => core.exec(text)?.[0] ?? '';
