import { describe, expect, it } from '@jest/globals';
import type { LabelledRow } from '../labelled-row.ts';
import { MerchantMemory } from './merchant-memory.ts';

const rows = (merchantName: string | null, categoryId: number, count = 1): LabelledRow[] =>
  Array.from({ length: count }, () => ({ merchantName, description: null, categoryId }));

describe('MerchantMemory', () => {
  it('recalls the category of a merchant for any of its shops and days', async () => {
    const memory = await MerchantMemory.fromRows(rows('SQ *BLUE DOOR 0423 TORONTO ON', 7, 3));
    expect(memory.recall('Blue Door #12')).toMatchObject({
      categoryId: 7,
      merchant: 'blue door',
      rowCount: 3,
      agreeingCount: 3,
    });
    expect(memory.recall('Green Door')).toBeNull();
  });

  it('knows nothing about empty and missing texts', async () => {
    const memory = await MerchantMemory.fromRows([
      ...rows('', 1),
      ...rows(null, 2),
      ...rows('  ', 1),
    ]);
    expect([memory.recall(''), memory.recall(null), memory.recall(' ')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('forgives one label in twenty, and not two', async () => {
    const name = 'BLUE DOOR';
    const forgiven = await MerchantMemory.fromRows([...rows(name, 1, 19), ...rows(name, 2)]);
    expect(forgiven.recall(name)).toMatchObject({ categoryId: 1, rowCount: 20, agreeingCount: 19 });
    const contradicted = await MerchantMemory.fromRows([...rows(name, 1, 18), ...rows(name, 2, 2)]);
    expect(contradicted.recall(name)).toBeNull();
  });

  it('distinguishes the shops of a contradictory merchant by their whole text', async () => {
    const memory = await MerchantMemory.fromRows([
      ...rows('BLUE DOOR #1', 1, 4),
      ...rows('BLUE DOOR #2', 2, 4),
    ]);
    expect(memory.recall('Blue Door #1')).toMatchObject({
      categoryId: 1,
      merchant: 'blue door #1',
    });
    expect(memory.recall('Blue Door #2')).toMatchObject({ categoryId: 2 });
    expect(memory.recall('Blue Door #3')).toBeNull();
  });

  it('is surer of a merchant with several rows than of one with a single row', async () => {
    const memory = await MerchantMemory.fromRows([
      ...rows('BLUE DOOR', 1),
      ...rows('GREEN DOOR', 1, 5),
    ]);
    const once = memory.recall('BLUE DOOR')?.confidence ?? 0;
    const often = memory.recall('GREEN DOOR')?.confidence ?? 0;
    expect(once).toBeGreaterThan(0.95);
    expect(often).toBeGreaterThan(once);
    expect(often).toBeLessThan(1);
  });

  it('is less sure where merchants often contradict themselves', async () => {
    const names = Array.from(
      { length: 40 },
      (_, place) => `SHOP ${String.fromCharCode(97 + (place % 26))}${'x'.repeat(place)}`,
    );
    const mixed = names.flatMap((name) => [...rows(name, 1), ...rows(name, 2)]);
    const memory = await MerchantMemory.fromRows([...mixed, ...rows('BLUE DOOR', 1)]);
    expect(memory.recall('BLUE DOOR')?.confidence).toBeLessThan(0.7);
  });

  it('is no surer because of labels that nobody need have looked at', async () => {
    const once = rows('BLUE DOOR', 1);
    const others = Array.from({ length: 100 }, (_, place) =>
      rows(`SHOP ${'x'.repeat(place)}`, 1, 4),
    );
    const confidence = async (more: LabelledRow[]) =>
      (await MerchantMemory.fromRows([...once, ...more])).recall('BLUE DOOR')?.confidence;
    const alone = await confidence([]);
    expect(await confidence(others.flat())).toBeGreaterThan(alone ?? 1);
    expect(await confidence(others.flat().map((row) => ({ ...row, isUnseen: true })))).toBe(alone);
  });

  it('can leave a row out', async () => {
    const [row] = rows('BLUE DOOR', 1) as [LabelledRow];
    expect((await MerchantMemory.fromRows([row])).recallWithoutRow(row)).toBeNull();
    expect((await MerchantMemory.fromRows([row, row])).recallWithoutRow(row)).toMatchObject({
      categoryId: 1,
      rowCount: 1,
    });
  });
});
