import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

/**
 * Who may import whom below src/. A folder may always import itself; `types` are folders it may import from with
 * `import type` only, and `files` are exceptions by file.
 */
const rules: Record<
  string,
  { from: string[]; types?: string[]; files?: Record<string, string[]> }
> = {
  // Beside src, what the gateway reads as well.
  domain: { from: ['contract'] },
  tracing: { from: [] },
  // Which errors leave the installation, and what of them.
  'error-reports': {
    from: ['domain'],
    files: { 'describe-error.ts': ['db'], 'expected-error.ts': ['db'] },
  },
  telemetry: { from: ['domain', 'tracing', 'error-reports'] },
  db: { from: ['domain', 'tracing'] },
  cache: { from: ['domain', 'tracing', 'error-reports'] },
  categorization: {
    from: ['domain', 'tracing'],
    files: {
      'current-patterns.ts': ['db', 'cache'],
      'current-knowledge.ts': ['db'],
      'knowledge.ts': ['db'],
    },
  },
  // The checks of rows, which the API and the consumer share.
  ingestion: { from: ['domain'] },
  training: {
    from: ['domain', 'categorization', 'db', 'tracing'],
    types: ['telemetry'],
    // The process that trains.
    files: { 'run-training.ts': ['train.ts'] },
  },
  workflows: { from: ['domain'], types: ['activities'] },
  activities: {
    from: ['domain', 'categorization', 'db', 'cache', 'training', 'tracing', 'error-reports'],
  },
  temporal: { from: ['domain', 'workflows', 'tracing', 'error-reports'] },
  kafka: { from: ['domain', 'ingestion', 'db', 'tracing', 'error-reports'], types: ['temporal'] },
  api: {
    from: [
      'domain',
      'ingestion',
      'categorization',
      'db',
      'cache',
      'temporal',
      'tracing',
      'error-reports',
      'version.ts',
    ],
    types: ['config.ts'],
  },
  // Reads files as an import does, and prints tables as local does.
  evaluate: { from: ['domain', 'ingestion', 'categorization', 'api', 'local'] },
  // It knows the API by its schemas, as types, and nothing of what is behind. It offers the starter categories.
  'admin-ui': { from: ['domain', 'samples'], types: ['api'] },
};

/** `import … from`, `export … from`, `import '…'` and `import('…')` of a relative path. */
const importOf =
  /(?:^(?:import|export)\s+(type\s+)?(?:[^;']*?\sfrom\s+)?|\bimport\()'(\.{1,2}\/[^']+)'/gm;

interface Import {
  /** From the root of the checkout, as are all paths here. */
  target: string;
  isType: boolean;
}

const sourceFiles = ['src', 'bench', 'deploy', 'migrations', 'samples', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/(^|\/)(node_modules|cdk\.out)\//.test(name))
    .map((name) => path.join(folder, name)),
);

const read = (file: string): string => readFileSync(file, 'utf8');

const importsOf = (file: string, text: string): Import[] =>
  [...text.matchAll(importOf)].map(([, type, target = '']) => ({
    target: path.join(path.dirname(file), target),
    isType: type !== undefined,
  }));

function violations(file: string, text: string): string[] {
  const [, folder = '', ...rest] = file.split(path.sep);
  const rule = rules[folder];
  if (rule === undefined) throw new Error(`no rule for ${file}`);
  const allowed = [folder, ...rule.from, ...(rule.files?.[path.join(...rest)] ?? [])];
  return importsOf(file, text)
    .filter(({ target, isType }) => {
      const [imported = ''] = target.replace(/^src\//, '').split(path.sep);
      return !allowed.includes(imported) && !(isType && rule.types?.includes(imported));
    })
    .map(({ target }) => `${file} imports ${target}`);
}

/** A file that leads back to itself by imports, types included, and the files in between; empty without one. */
function findCircle(imports: ReadonlyMap<string, string[]>): string[] {
  const seen = new Set<string>();
  const trail: string[] = [];
  function visit(file: string): string[] {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (seen.has(file)) return [];
    seen.add(file);
    trail.push(file);
    for (const target of imports.get(file) ?? []) {
      const circle = visit(target);
      if (circle.length > 0) return circle;
    }
    trail.pop();
    return [];
  }
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle.length > 0) return circle;
  }
  return [];
}

const allImports = new Map(
  sourceFiles.map((file) => [file, importsOf(file, read(file)).map(({ target }) => target)]),
);

describe('who may import whom', () => {
  it.each(Object.keys(rules))('%s keeps to its rule', (folder) => {
    const files = sourceFiles.filter(
      (file) => file.startsWith(`src/${folder}/`) && !file.includes('.test.'),
    );
    expect(files).not.toEqual([]);
    expect(files.flatMap((file) => violations(file, read(file)))).toEqual([]);
  });

  // Each module is right where it stands, and would be wrong in the folder that it is read for.
  it('would notice an import of another folder', () => {
    const file = 'src/workflows/begin-batch.ts';
    const found = violations(file, read('src/activities/begin-batch.ts'));
    expect(found).toEqual([expect.stringMatching(`^${file} imports src/db/batches/`)]);
  });

  it('would notice a module that is fetched later', () => {
    const file = 'src/api/pages/categories/use-category-import.ts';
    const found = violations(file, read('src/admin-ui/pages/categories/use-category-import.ts'));
    expect(found).toContain(`${file} imports samples/starter-categories.json`);
  });

  it('would notice that a workflow takes more than types of activities', () => {
    const file = 'src/workflows/test-worker.ts';
    const found = violations(file, read('test/helpers/test-worker.ts'));
    expect(found).toContain(`${file} imports src/activities/create-activities.ts`);
    expect(found).not.toContain(`${file} imports src/activities/dependencies.ts`);
  });
});

describe('circles of imports', () => {
  it('do not exist', () => {
    expect(findCircle(allImports)).toEqual([]);
  });

  it.each([
    ['src/activities/dependencies.ts', 'src/activities/create-activities.ts'],
    ['src/admin-ui/resources.tsx', 'src/admin-ui/pages.tsx'],
    ['src/db/connection/errors.ts', 'src/db/batches/insert-batch.ts'],
  ])('would be noticed, if %s imported %s', (file, target) => {
    const circle = findCircle(
      new Map([...allImports, [file, [...(allImports.get(file) ?? []), target]]]),
    );
    expect(circle.at(0)).toBe(circle.at(-1));
    expect(circle).toEqual(expect.arrayContaining([file, target]));
  });

  it('are looked for along every import', () => {
    const missing = [...allImports.values()].flat().filter((target) => !allImports.has(target));
    expect(missing.filter((target) => /\.tsx?$/.test(target) && target !== 'knexfile.ts')).toEqual(
      [],
    );
  });
});

it('reads the environment only where the configuration is', () => {
  const readers = sourceFiles.filter(
    (file) =>
      /^src\/((api|domain|ingestion|kafka|db|cache|categorization|workflows|activities|temporal|evaluate|error-reports|telemetry|tracing|training)\/|[^/]*$)/.test(
        file,
      ) &&
      !file.includes('.test.') &&
      read(file).includes('process.env'),
  );
  expect(readers).toEqual(['src/config.ts']);
});

it('routes leave transactions to the operations of db/', () => {
  const routes = sourceFiles.filter((file) => /^src\/api\/.*routes\.ts$/.test(file));
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter((file) => read(file).includes('.transaction('))).toEqual([]);
});
