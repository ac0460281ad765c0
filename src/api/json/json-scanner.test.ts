import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ApiError } from '../../domain/errors.ts';
import { JsonScanner } from './json-scanner.ts';
import { parseJson } from './parse-json.ts';

/** What is wrong with the text, in the words of the answer; null where nothing is. */
function problemOf(work: () => void): { code: string; message: string } | null {
  try {
    work();
    return null;
  } catch (error) {
    const { code, message } = error as ApiError;
    return { code, message };
  }
}

const scan = (text: string, size: number, maxDepth = 32) =>
  problemOf(() => {
    const bytes = Buffer.from(text);
    const scanner = new JsonScanner(maxDepth);
    for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
    scanner.end();
  });

/** JSON as programs write it, and pieces of it, in any order. */
const anyJson = fc
  .tuple(fc.json({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\r\n', '\t'))
  .map(([json, space]) => JSON.stringify(JSON.parse(json), null, space).toWellFormed());
const piece = fc.constantFrom(
  ...'{}[]:,"\\/bfnrtu0123456789.eE+-aAFg \t\r\n\u0001é€😀',
  '"a":',
  '"\\u00e9\\ud83d"',
  '\r\n',
  'true',
  'false',
  'null',
  '-1.5e+10',
  '01',
  '\ufeff',
  '\u2028',
);
const pieces = fc.array(piece, { maxLength: 12 }).map((texts) => texts.join(''));
/** A text with something put in, taken out or replaced. */
const broken = fc
  .tuple(anyJson, fc.nat(), fc.nat({ max: 3 }), pieces)
  .map(([text, place, count, put]) => {
    const units = [...text];
    units.splice(place % (units.length + 1), count, put);
    return units.join('').toWellFormed();
  });

describe('JSON that is scanned', () => {
  it('is accepted, refused, and refused at the same place as by JSON.parse, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyJson, pieces, broken, broken),
        fc.integer({ min: 1, max: 9 }),
        (text, size) => {
          const expected = problemOf(() => parseJson(text));
          const found = scan(text, size);
          expect(found?.code).toBe(expected?.code);
          // V8 leaves the place out where it quotes the text instead.
          if (expected?.message.includes('position')) expect(found).toEqual(expected);
        },
      ),
      { numRuns: 50_000 },
    );
  });

  it('may nest to the limit, and not one level more', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(scan(nested(32), 5)).toBeNull();
    expect(scan(nested(33), 5)).toMatchObject({ code: 'invalid_request' });
    expect(scan('{"a":'.repeat(33), 5)).toMatchObject({ code: 'invalid_request' });
    expect(scan(`[${'[],{},'.repeat(100)}[]]`, 5, 2)).toBeNull();
  });
});
