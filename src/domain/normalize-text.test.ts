import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { characterCount, normalizeText } from './normalize-text.ts';

describe('normalizeText', () => {
  test.each([
    ['an empty text', '', ''],
    ['ASCII letters', 'UBER *Trip 42', 'uber *trip 42'],
    ['spaces at the edges', '  uber ', 'uber'],
    ['one space at the start', ' uber', 'uber'],
    ['one space at the end', 'uber ', 'uber'],
    ['nothing but white space', ' \t\r\n ', ''],
    ['runs of spaces', 'uber   trip', 'uber trip'],
    ['a single tab within', 'uber\ttrip', 'uber trip'],
    ['mixed ASCII white space', 'uber \t\n\v\f\r trip', 'uber trip'],
    ['no-break spaces', '\u00a0Uber\u00a0\u00a0Trip\u00a0', 'uber trip'],
    ['ideographic and narrow spaces', 'uber\u3000\u202f\u2003trip', 'uber trip'],
    ['next line and line separators', 'uber\u0085trip\u2028x\u2029y\u1680z', 'uber trip x y z'],
    ['ligatures', 'O\ufb03ce \ufb01x', 'office fix'],
    ['full-width characters', '\uff35\uff42\uff45\uff52\uff11', 'uber1'],
    ['half-width katakana', '\uff76\uff9e', '\u30ac'],
    ['combining marks', 'CAFE\u0301', 'caf\u00e9'],
    ['a Turkish dotted capital', '\u0130STANBUL', 'i\u0307stanbul'],
    [
      'a capital sigma at the end of a word',
      '\u039f\u0394\u039f\u03a3',
      '\u03bf\u03b4\u03bf\u03c2',
    ],
    ['a capital sigma within a word', '\u03a3\u039f\u03a3\u0391', '\u03c3\u03bf\u03c3\u03b1'],
    ['characters beyond the first plane', '\u{10400}\u{1d400}', '\u{10428}a'],
    ['a spacing accent, which becomes a space and a mark', 'a \u00b4b', 'a \u0301b'],
  ])('normalises %s', (_, text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });

  test.each([
    ['a byte order mark', '\ufeffuber\ufeff'],
    ['ASCII controls', '\u001cuber\u001f'],
    ['a zero-width space', '\u200buber\u200b'],
  ])('keeps %s, which is not Unicode White_Space', (_, text) => {
    expect(normalizeText(text)).toBe(text);
  });

  test('gives plain ASCII what the full form gives', () => {
    const ascii = fc.string({
      unit: fc.constantFrom(...' \t\nabzABZ019*[`{@\x7f\x1c'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(ascii, (text) => {
        // A character that no step changes or joins leads the whole text to the full form.
        expect(`${normalizeText(text)}|`).toBe(
          normalizeText(`${text}\u{1f600}`).replace(/ ?\u{1f600}$/u, '|'),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('characterCount', () => {
  test('counts code points', () => {
    expect(characterCount('')).toBe(0);
    expect(characterCount('abc')).toBe(3);
    expect(characterCount('\u{1f600}\u{1f600}')).toBe(2);
    expect(characterCount('e\u0301')).toBe(2);
  });

  test('counts like iteration, halves of surrogate pairs included', () => {
    const unit = fc.constantFrom('a', '\ud83d', '\ude00', '\u{1f600}');
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join('');
        expect(characterCount(text)).toBe([...text].length);
      }),
    );
  });
});
