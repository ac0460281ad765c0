import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { insertCategory } from '../helpers/insert-test-batch.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const root = process.cwd();
/** What categorizes two rows in a process of its own, since modules of this one are loaded already. */
const program = `
  import { MemoryCache } from './src/cache/memory-cache.ts';
  import { PatternCache } from './src/cache/pattern-cache.ts';
  import { CategorizerChain } from './src/categorization/chain/categorizer-chain.ts';
  import { CurrentKnowledge } from './src/categorization/current-knowledge.ts';
  import { CurrentPatterns } from './src/categorization/current-patterns.ts';
  import { createDatabase } from './src/db/connection/database.ts';

  const database = createDatabase({
    url: process.env.DATABASE_URL, poolSize: 1, applicationName: 'test', statementTimeoutMs: 10_000,
  });
  const patterns = new CurrentPatterns(database, new PatternCache(new MemoryCache()));
  const chain = new CategorizerChain(new CurrentKnowledge(database, patterns, console.error));
  const decided = await chain.decide([
    { merchantName: null, description: 'ATM 4711 Main Street' },
    { merchantName: 'Atmosphere Lamps', description: null },
  ]);
  console.log(JSON.stringify(decided));
  await database.destroy();`;

let db: TestDatabase;
let copy: string;

beforeAll(async () => {
  db = await createTestDatabase();
  copy = mkdtempSync(path.join(tmpdir(), 'tallyflow-categorizer-'));
  cpSync('src', path.join(copy, 'src'), {
    recursive: true,
    filter: (file) => !file.includes('admin-ui'),
  });
  cpSync('package.json', path.join(copy, 'package.json'));
  for (const folder of ['contract', 'node_modules'])
    symlinkSync(path.join(root, folder), path.join(copy, folder));
});

afterAll(async () => {
  rmSync(copy, { recursive: true });
  await db.drop();
});

const decide = async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { cwd: copy, env: { ...process.env, DATABASE_URL: db.url, NODE_OPTIONS: '' } },
  );
  return JSON.parse(stdout);
};

test('the categorizer of docs/categorizers.md works, as one file and one entry', async () => {
  const cash = await insertCategory(db.database, 'Cash', []);
  const example = /```ts\n(import type \{ TransactionCategorizer \}[\s\S]*?)```/.exec(
    readFileSync('docs/categorizers.md', 'utf8'),
  )?.[1] as string;
  const folder = path.join(copy, 'src/categorization');
  writeFileSync(path.join(folder, 'cash-categorizer.ts'), example);
  const registry = path.join(folder, 'registry.ts');
  const lines = readFileSync(registry, 'utf8').replace('\n];', '\n  cashCategorizer,\n];');
  writeFileSync(registry, `import { cashCategorizer } from './cash-categorizer.ts';\n${lines}`);

  expect(await decide()).toEqual({
    matches: [null, null],
    shadow: [{ row: 0, categorizer: 'cash', fromCategoryId: null, toCategoryId: cash }],
  });
  await db.database('categorizers').insert({ name: 'cash', mode: 'on', target_precision: 0.95 });
  expect((await decide()).matches).toMatchObject([
    { categoryId: cash, source: 'cash', confidence: 0.97, needsReview: false },
    null,
  ]);
});
