import { describe, expect, it } from '@jest/globals';
import { KnownCategories } from './known-categories.ts';

const known = new KnownCategories(
  [
    { id: 1, normalizedName: 'food' },
    { id: 2, normalizedName: 'fuel' },
  ],
  [
    { fromId: 7, intoId: 2 },
    { fromId: 8, intoId: 9 },
  ],
);

describe('KnownCategories', () => {
  it.each([
    ['exists', 1, 1],
    ['was merged', 7, 2],
    ['was deleted', 3, null],
    ['was merged into one that was deleted', 8, null],
  ])('finds what became of a category that %s', (_, id, expected) => {
    expect(known.currentId(id)).toBe(expected);
  });

  it('finds a category by its name', () => {
    expect(known.idOf(' FOOD ')).toBe(1);
    expect(known.idOf('Rent')).toBeNull();
  });
});
