import { expect, it } from '@jest/globals';
import { matchKind } from './match-kind.ts';
import { compilePatterns } from './pattern-matcher.ts';

it.each([
  ['hotel', 'GRAND HOTEL #5', 'merchant_name/pattern_in_text/words'],
  ['hotel', 'HOTELSONE.COM', 'merchant_name/pattern_in_text/inside'],
  ['aroma espresso', 'Espresso', 'merchant_name/text_in_pattern/words'],
  ['aroma espresso', 'ESSO', 'merchant_name/text_in_pattern/inside'],
])('of the pattern %j and the merchant %j is %s', (pattern, text, kind) => {
  const matcher = compilePatterns([
    { id: 1, categoryId: 1, pattern, priority: 0, matchMode: 'contains' },
  ]);
  const match = matcher.match(text, null);
  expect(match && matchKind(match, text)).toBe(kind);
});

it('of a match in the description names that field', () => {
  const matcher = compilePatterns([
    { id: 1, categoryId: 1, pattern: 'hotel', priority: 0, matchMode: 'contains' },
  ]);
  const match = matcher.match('BLUE DOOR', 'hotel');
  expect(match && matchKind(match, 'hotel')).toBe('description/pattern_in_text/words');
});
