import { readFileSync } from 'node:fs';

interface CategoryImport {
  categories: { name: string; color?: string; patterns: string[] }[];
}

const starterFile = new URL('../../samples/starter-categories.json', import.meta.url);

const heads =
  'bar cal den fer gol han jar kel lor mon nor ost pel quin ros sal tor und vel wes'.split(' ');
const middles = 'a ber chi do en fi gra hol i ker li mo na o per ri sta to u vi'.split(' ');
const tails =
  'bach dale field ford gate ham land ley mark moor port stead ston ton ville wood'.split(' ');
const trades = 'bakery books cafe clinic diner florist garage hotel market pharmacy'.split(' ');

/**
 * Returns patterns of the starter categories, followed by invented merchants in the same categories. The merchants of
 * generated transactions are among the first.
 */
export function makePatterns(count: number): CategoryImport {
  const { categories } = JSON.parse(readFileSync(starterFile, 'utf8')) as CategoryImport;
  let total = categories.reduce((sum, { patterns }) => sum + patterns.length, 0);
  if (total > count) throw new RangeError(`there are ${total} starter patterns already`);
  for (let index = 0; total < count; index++, total++)
    categories[index % categories.length]?.patterns.push(merchantName(index));
  return { categories };
}

/** Returns a different name for each index below 64,000. */
function merchantName(index: number): string {
  const pick = (words: string[], place: number) => words[place % words.length] as string;
  const [head, middle, tail, trade] = [index, index / 20, index / 400, index / 6_400].map(
    Math.floor,
  );
  return `${pick(heads, head ?? 0)}${pick(middles, middle ?? 0)}${pick(tails, tail ?? 0)} ${pick(trades, trade ?? 0)}`;
}
