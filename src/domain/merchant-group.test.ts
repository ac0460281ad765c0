import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { merchantGroup } from './merchant-group.ts';
import { normalizeText } from './normalize-text.ts';

describe('merchantGroup', () => {
  it.each([
    ['SQ *BLUE DOOR 0423 TORONTO', 'blue door toronto', 'blue door'],
    ['Blue Door #7 Toronto', 'blue door toronto', 'blue door'],
    ['POS PURCHASE BLUE DOOR 12/03', 'blue door', 'blue door'],
    ['PAYPAL *SPOTIFYUK 35314369001', 'spotifyuk', 'spotifyuk'],
    ['CDN TIRE STORE #00273', 'cdn tire store', 'cdn tire store'],
    ['PIZZA. PIZZA, 77', 'pizza pizza', 'pizza. pizza'],
    ['家乐福 上海 12', '家乐福 上海', '家乐福 上海'],
    ['02037949300', '02037949300', null],
    ['QX', 'qx', null],
    ['***', '***', null],
  ])('puts %j into the group %j', (text, name, pattern) => {
    expect(merchantGroup(text)).toEqual({ name, pattern });
  });

  it('takes a time for a run of signs that grows with its length alone', () => {
    const text = `a${'!'.repeat(1_998)}b`;
    const cpu = process.threadCpuUsage();
    for (let count = 0; count < 1_000; count++) merchantGroup(text);
    // Where each sign may begin a run that is to be left out, it is several seconds.
    expect(process.threadCpuUsage(cpu).user).toBeLessThan(1_000_000);
  });

  it('proposes only patterns that the text contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const { name, pattern } = merchantGroup(text);
        expect(typeof name).toBe('string');
        if (pattern !== null) expect(normalizeText(text)).toContain(pattern);
      }),
    );
  });
});
