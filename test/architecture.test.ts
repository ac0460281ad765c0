import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const source = path.resolve('src');

/**
 * Who may import whom. A folder may always import itself; `types` are folders it may import from with
 * `import type` only, and `files` are exceptions by file.
 */
const rules: Record<
  string,
  { from: string[]; types?: string[]; files?: Record<string, string[]> }
> = {
  domain: { from: [] },
  db: { from: ['domain'] },
  cache: { from: ['domain'] },
  categorization: {
    from: ['domain'],
    files: {
      'current-patterns.ts': ['db', 'cache'],
      // Hand them on to the one above.
      'database-categorizer.ts': ['db', 'cache'],
      'create-categorizer.ts': ['db', 'cache'],
    },
  },
  workflows: { from: ['domain'], types: ['activities'] },
  activities: { from: ['domain', 'categorization', 'db', 'cache'] },
  temporal: { from: ['domain', 'workflows'] },
  api: {
    from: ['domain', 'categorization', 'db', 'cache', 'temporal'],
    types: ['config.ts'],
    files: {},
  },
  // It knows the API by its schemas, as types, and nothing of what is behind.
  'admin-ui': { from: ['domain'], types: ['api'] },
};

const importLine = /^(import|export)\s+(type\s+)?[^;]*?from\s+'(\.{1,2}\/[^']+)'/gm;

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => path.join(folder, name));
}

function violations(folder: string): string[] {
  const rule = rules[folder];
  if (rule === undefined) throw new Error(`no rule for ${folder}`);
  return sourceFiles(folder).flatMap((file) => {
    const allowed = [folder, ...rule.from, ...(rule.files?.[path.relative(folder, file)] ?? [])];
    const text = readFileSync(path.join(source, file), 'utf8');
    return [...text.matchAll(importLine)].flatMap(([, , typeOnly, target = '']) => {
      const imported = path.relative(source, path.resolve(source, path.dirname(file), target));
      const top = imported.split(path.sep)[0] ?? '';
      const isAllowed =
        allowed.includes(top) || (typeOnly !== undefined && rule.types?.includes(top));
      return isAllowed ? [] : [`${file} imports ${imported}`];
    });
  });
}

describe('who may import whom', () => {
  it.each(Object.keys(rules))('%s keeps to its rule', (folder) => {
    expect(violations(folder)).toEqual([]);
  });

  it('would notice a forbidden import', () => {
    const text =
      "import { a } from '../db/a.ts';\nimport type {\n  B,\n} from '../activities/b.ts';\n";
    expect([...text.matchAll(importLine)].map((match) => [match[2]?.trim(), match[3]])).toEqual([
      [undefined, '../db/a.ts'],
      ['type', '../activities/b.ts'],
    ]);
  });

  it('reads the environment only where the configuration is', () => {
    const readers = [
      '',
      'api',
      'domain',
      'db',
      'cache',
      'categorization',
      'workflows',
      'activities',
      'temporal',
    ]
      .flatMap((folder) =>
        folder === ''
          ? readdirSync(source).filter((name) => name.endsWith('.ts'))
          : sourceFiles(folder),
      )
      .filter((file) => readFileSync(path.join(source, file), 'utf8').includes('process.env'));
    expect(readers).toEqual(['config.ts']);
  });
});
