import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor, toPage } from './pagination.ts';

describe('cursors', () => {
  it('come back as the position they were made of', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.string()), (position) => {
        expect(decodeCursor(encodeCursor(position), z.union([z.number(), z.string()]))).toBe(
          position,
        );
      }),
    );
  });

  it('that are made up are refused, and break nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (cursor) => {
        try {
          expect(decodeCursor(cursor, z.int())).toEqual(expect.any(Number));
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' });
        }
      }),
    );
  });

  it.each(['', 'x', 'bnVsbA', encodeCursor('text'), '%%%', encodeCursor(1.5)])(
    'that we did not hand out are refused: %p',
    (cursor) => {
      expect(() => decodeCursor(cursor, z.int())).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
    },
  );
});

describe('toPage', () => {
  const page = (rows: number[]) => toPage(rows, 2, (row) => row, String);

  it('has a next cursor only when there is more', () => {
    expect(page([1, 2])).toEqual({ data: ['1', '2'], next_cursor: null });
    expect(page([1, 2, 3])).toEqual({ data: ['1', '2'], next_cursor: encodeCursor(2) });
    expect(page([])).toEqual({ data: [], next_cursor: null });
  });
});
