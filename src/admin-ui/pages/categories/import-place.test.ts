import { expect, test } from '@jest/globals';
import { importPlace } from './import-place.ts';

test.each([
  ['categories', 'Categories'],
  ['categories.0.name', 'Category 1, name'],
  ['categories.1.patterns.2.priority', 'Category 2, pattern 3, priority'],
  ['lines.4', 'Line 4'],
  ['lines.4.match_mode', 'Line 4, match_mode'],
])('%s is shown as %s', (field, place) => {
  expect(importPlace(field)).toBe(place);
});
