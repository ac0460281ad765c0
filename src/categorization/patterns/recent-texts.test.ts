import { expect, test } from '@jest/globals';
import { RecentTexts } from './recent-texts.ts';

test('knows a text from the second time on', () => {
  const texts = new RecentTexts();
  const place = texts.placeOf('uber trip');
  expect(texts.take(place, 'uber trip')).toBe(false);
  expect(texts.take(place, 'uber trip')).toBe(true);
});

test('forgets a text when another takes its place', () => {
  const texts = new RecentTexts();
  const [first, second] = twoTextsOfOnePlace(texts);
  const place = texts.placeOf(first);
  texts.take(place, first);
  expect(texts.take(place, second)).toBe(false);
  expect(texts.take(place, first)).toBe(false);
});

test('remembers a text of 64 characters and none of 65', () => {
  const texts = new RecentTexts();
  for (const [text, remembered] of [
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
  ] as const) {
    const place = texts.placeOf(text);
    texts.take(place, text);
    expect(texts.take(place, text)).toBe(remembered);
  }
});

test('keeps every place within bounds', () => {
  const texts = new RecentTexts();
  for (let i = 0; i < 10_000; i++) {
    const place = texts.placeOf(`merchant ${i}`);
    expect(place >= 0 && place < RecentTexts.places).toBe(true);
  }
});

function twoTextsOfOnePlace(texts: RecentTexts): [string, string] {
  const byPlace = new Map<number, string>();
  for (let i = 0; i <= RecentTexts.places; i++) {
    const text = `merchant ${i}`;
    const place = texts.placeOf(text);
    const other = byPlace.get(place);
    if (other !== undefined) return [other, text];
    byPlace.set(place, text);
  }
  throw new Error('more texts than places and no two share one');
}
