import { capitalize } from '../../format/capitalize.ts';

/** `categories.1.patterns.2.priority` → `Category 2, pattern 3, priority`; `lines.4.color` → `Line 4, color`. */
export function importPlace(field: string): string {
  const words: string[] = [];
  for (const part of field.split('.')) {
    const list = words.at(-1);
    const one = list === undefined ? undefined : singular[list];
    if (one === undefined || !/^\d+$/.test(part)) words.push(part);
    // Only lines are counted from 1 in the API.
    else words[words.length - 1] = `${one} ${one === 'line' ? part : Number(part) + 1}`;
  }
  return capitalize(words.join(', '));
}

const singular: Record<string, string> = {
  categories: 'category',
  patterns: 'pattern',
  lines: 'line',
};
