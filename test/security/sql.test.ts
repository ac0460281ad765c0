import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const source = path.resolve('src');

/** A template that PostgreSQL is to read. */
const isSql =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|SET LOCAL|JOIN|LISTEN|COPY|FETCH|GRANT|REVOKE|CREATE|interval)\b/;

/** Neither constants nor parameters, and safe all the same. */
const exceptions: Record<string, string[]> = {
  // Rights, by table, that stand in the file; and a hash in base64, since CREATE ROLE takes no parameters.
  'db/connection/grant-rights.ts': ['lessThanAll[table] ?? all', 'scramVerifier(password)'],
  // Pieces of SQL that stand in the file, whose values are bound beside them.
  'db/categories/list-pattern-texts.ts': ['conditions.map(({ sql '],
  // Statements, or beginnings of them, that stand in the file, or in its neighbours.
  'db/reports/account-overview.ts': ['parts'],
  'db/reports/account-summary.ts': ['parts'],
  'db/search/count-wrong-ranges.ts': [
    "categoryRanges('b.has_ranges')",
    "decisionRanges('b.has_ranges')",
    'query',
  ],
  'db/transactions/complete-transactions.ts': [
    'setUnlessByHand',
    "shadow.length > 0 ? countShadow : ''",
  ],
  'db/transactions/list-batch-transactions.ts': ['selectDecisionSql'],
  'db/learning/request-due-training.ts': [
    "changedRows('greatest(begun_at, learned_at)')",
    "changedRows('learned_at')",
    'since',
  ],
  // A whole number, since DECLARE takes no parameters.
  'db/learning/load-labelled-rows.ts': ['Math.floor(maxRows)'],
  // A condition repeated for each text, whose values are bound beside it.
  'db/suggestions/candidate-ranges.ts': ["anyText.join(' OR ')"],
  // Conditions, FROM clauses and orders that stand in the file or its neighbours.
  'db/search/build-search-ranges.ts': [
    'condition',
    'categoryRanges(condition)',
    'decisionRanges(condition)',
  ],
  'db/search/ranged-candidates.ts': ['from'],
  'db/search/ranged-transactions.ts': ['ranges'],
  // One of two statuses that stand in the file, and what is made of each.
  'db/batches/read-backlog.ts': [
    'status',
    "oldestOfStatus('pending')",
    "oldestOfStatus('processing')",
  ],
  // A name for a span, which PostgreSQL never reads.
  'db/connection/trace-statements.ts': ["verb === 'WITH' ? 'SELECT' : verb", 'table'],
  // One of two names of columns that stand in the file.
  'db/batches/list-unfinished-batches.ts': ['since'],
};

const isConstant = (name: string, text: string, folder: string): boolean =>
  /^\w+$/.test(name) &&
  (new RegExp(`^(?:export )?const ${name} = [\`'\\d]`, 'm').test(text) ||
    isImported(name, text, folder));

/** Numbers of locks, which are constants; integration/locks shows that there are no others. */
const isLock = (part: string): boolean => /^advisoryLocks\.\w+$/.test(part);

/** Whether it is such a constant of a neighbour, or of another folder. */
function isImported(name: string, text: string, folder: string): boolean {
  const [, file] =
    new RegExp(`^import \\{[^}]*\\b${name}\\b[^}]*\\} from '(\\.{1,2}/[^']+)'`, 'm').exec(text) ??
    [];
  if (file === undefined) return false;
  const imported = path.join(folder, file);
  return isConstant(name, readFileSync(imported, 'utf8'), path.dirname(imported));
}

/** What is put into the text of statements, but for numbers and texts that stand in the file as constants. */
function suspects(text: string, folder = source): string[] {
  const templates = [...text.matchAll(/`([^`]*)`/g)].map(([, template = '']) => template);
  return templates
    .filter((template) => isSql.test(template))
    .flatMap((template) => [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, part = '']) => part))
    .filter((part) => !isConstant(part, text, folder) && !isLock(part));
}

test('statements are put together from constants alone; values are parameters', () => {
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) =>
      suspects(readFileSync(path.join(source, file), 'utf8'), path.dirname(path.join(source, file)))
        .filter((part) => exceptions[file]?.includes(part) !== true)
        .map((part) => `${file}: \${${part}}`),
    );
  expect(found).toEqual([]);
});

test('a value in the text of a statement would be noticed', () => {
  const code = 'const limit = 5;\nconst id = ctx.params.id;\n';
  expect(suspects(`${code}raw(\`SELECT * FROM t WHERE id = \${id} LIMIT \${limit}\`)`)).toEqual([
    'id',
  ]);
});
