import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dashboardFiles } from '../../deploy/observability/dashboards/dashboards.ts';

describe('dashboards', () => {
  it.each(dashboardFiles)('$file is what npm run generate-dashboards writes', ({ file, text }) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('have no file that nothing generates', () => {
    const [{ file: first = '' } = {}] = dashboardFiles;
    const committed = readdirSync(path.dirname(first));
    const generated = dashboardFiles.map(({ file }) => path.basename(file));
    expect(committed.toSorted()).toEqual(generated.toSorted());
  });
});
