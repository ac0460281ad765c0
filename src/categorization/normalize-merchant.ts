import { normalizeText } from '../domain/normalize-text.ts';
import { cities, maxCityWords, regions } from './place-names.ts';

/** Names of merchants are shorter; the rest of a longer text would only cost time. */
const maxCharacters = 200;

/** What payment processors, card schemes and banks put before a merchant's name, such as any two letters and a star. */
const prefixes =
  /^(?:(?:paypal|paypl|sumup|zettle|stripe|shopify|square|worldpay|klarna|affirm|toast|tst|cke|wpy|dnh|apl|clv|fsp|eig|2co|[a-z]{2}) ?_?\*|(?:pos|card|debit card|visa) (?:purchase|debit|refund|payment|transaction)\b|(?:contactless|direct debit|payment to|purchase at)\b|(?:sp|the) )[\s:*-]*/u;

const words = /[\p{L}\p{M}\p{N}]+(?:['’.&+-][\p{L}\p{M}\p{N}]+)*/gu;
const digits = /\p{N}/gu;
const letter = /\p{L}/u;
/** The name before a number that sticks to it, as in "bluedoormarket0954". */
const leadingName = /^(?:[\p{Script=Latin}.]{4,}|[^\p{Script=Latin}\p{N}]{2,})(?=[-.]?\p{N})/u;
/** The name after a number, as in "1-800-flowers". */
const trailingName = /(?<=\p{N}[-.])\p{L}{4,}$/u;

/** Matches "no5" too, which is what NFKC makes of "№5". */
const storeNumber = /^(?:no|nr|store|shop|unit)[.-]?\p{N}+$/u;

const legalForms = new Set(['inc', 'ltd', 'limited', 'llc', 'corp', 'plc', 'pty', 'gmbh']);
/** A city after one of these words is part of the name, as in "City of Toronto". */
const connectives = new Set([
  'of',
  'de',
  'du',
  'the',
  'greater',
  'at',
  'in',
  'von',
  'di',
  'do',
  'da',
]);

/**
 * Returns the merchant behind a bank's text, the same for all of its shops and days, or null if no letter is left.
 * `SQ *BLUE DOOR 0423 TORONTO ON` and `Blue Door #7` are both `blue door`.
 *
 * The text is normalised. Then go the processor's prefix (`SQ *`), store numbers, references, dates and phone
 * numbers, and, at the end, a large city, a state, a country and a legal form. Letters of every script stay.
 *
 * It removes more than merchantGroup does, because no pattern is made from what is left.
 */
export function normalizeMerchant(text: string | null): string | null {
  if (text === null) return null;
  // Normalising may make a text longer, too.
  let rest = normalizeText(text.slice(0, maxCharacters)).slice(0, maxCharacters);
  for (let shorter = rest.replace(prefixes, ''); shorter !== rest; ) {
    // A text that consists of prefixes, such as "visa payment", is itself the merchant.
    if (!letter.test(shorter)) break;
    rest = shorter;
    shorter = rest.replace(prefixes, '');
  }
  const names = (rest.match(words) ?? []).map(nameIn).filter((word) => word !== null);
  const merchant = withoutPlace(names).join(' ');
  return letter.test(merchant) ? merchant : null;
}

/** Returns null for a number, a reference or a date. Names such as "7-eleven" or "h2o" stay. */
function nameIn(word: string, place: number): string | null {
  const digitCount = word.match(digits)?.length ?? 0;
  if (digitCount === 0) return word;
  if (!letter.test(word) || storeNumber.test(word)) return null;
  // The first word is the likeliest to be a name with digits in it.
  if (digitCount < (place === 0 ? 3 : 2)) return word;
  return leadingName.exec(word)?.[0] ?? trailingName.exec(word)?.[0] ?? null;
}

/** Removes what says where the merchant is, and its legal form. The first word always stays. */
function withoutPlace(names: readonly string[]): readonly string[] {
  let end = names.length;
  while (end > 1 && isRegionOrForm(names[end - 1] as string)) end--;
  for (let length = Math.min(maxCityWords, end - 1); length > 0; length--) {
    const isCity = cities.has(names.slice(end - length, end).join(' '));
    if (isCity && !connectives.has(names[end - length - 1] as string)) {
      end -= length;
      break;
    }
  }
  while (end > 1 && legalForms.has(names[end - 1] as string)) end--;
  return names.slice(0, end);
}

const isRegionOrForm = (word: string): boolean => regions.has(word) || legalForms.has(word);
