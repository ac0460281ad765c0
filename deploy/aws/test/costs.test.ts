import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { listItems, volumes, writeCosts, writePrices } from '../costs/estimate.ts';
import table from '../costs/prices.json' with { type: 'json' };

const docs = path.resolve(import.meta.dirname, '../../../docs');
const read = (file: string) => readFileSync(path.join(docs, file), 'utf8');

describe('the costs in docs/deployment.md', () => {
  test('are those of costs/estimate.ts', () => {
    expect(read('deployment.md')).toContain(`\n\n${writeCosts()}\n\n`);
    expect(read('deployment.md')).toContain(`\n\n${writePrices()}\n\n`);
  });

  test('add up, but for rounding', () => {
    const rows = writeCosts()
      .split('\n')
      .slice(2)
      .map((line) => line.split('|').slice(1, -1));
    const isTotal = (cells: string[]) => cells[0]?.includes('a month**');
    const total = rows.find(isTotal) as string[];
    const parts = rows.slice(0, rows.findIndex(isTotal));
    for (let column = 1; column < total.length; column++) {
      const sum = parts.reduce((all, cells) => all + (Number(cells[column]) || 0), 0);
      const shown = Number(total[column]?.replaceAll('*', ''));
      expect(Math.abs(sum - shown)).toBeLessThanOrEqual(parts.length / 2);
    }
  });

  test('use every price, and no other', () => {
    const used = new Set(
      (['simple', 'ecs'] as const).flatMap((way) =>
        volumes.flatMap((volume) => listItems(way, volume).map(({ price }) => price)),
      ),
    );
    expect([...used].sort()).toEqual(Object.keys(table.prices).sort());
  });

  test('rest on the figures of docs/scaling.md', () => {
    const scaling = read('scaling.md');
    expect(scaling).toMatch(/about 570 bytes on disk/);
    expect(scaling).toMatch(/about 700 bytes of WAL/);
    expect(scaling).toMatch(/rows\/s of 300 bytes/);
    expect(scaling).toMatch(/about three\s+actions a lone batch/);
  });
});
