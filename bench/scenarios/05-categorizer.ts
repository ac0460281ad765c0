import { randomInt } from 'node:crypto';
import pg from 'pg';
import { runImport } from '../../src/api/admin/categories/import.ts';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { PatternCache } from '../../src/cache/pattern-cache.ts';
import {
  bruteForceMatch,
  toNormalizedPattern,
  toNormalizedText,
} from '../../src/categorization/brute-force-match.ts';
import type { CategorizableTransaction } from '../../src/categorization/categorizable-transaction.ts';
import { CurrentKnowledge } from '../../src/categorization/current-knowledge.ts';
import { CurrentPatterns } from '../../src/categorization/current-patterns.ts';
import { DatabaseCategorizer } from '../../src/categorization/patterns/database-categorizer.ts';
import { compilePatterns } from '../../src/categorization/patterns/pattern-matcher.ts';
import { loadPatternSet } from '../../src/db/categories/pattern-set.ts';
import { createDatabase, type Database } from '../../src/db/connection/database.ts';
import { migrate } from '../../src/db/connection/migrate.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { newRows } from '../load/batches.ts';
import { makePatterns } from '../load/patterns.ts';
import { alone, compared } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const few = 1_500;
const many = 15_000;
/** Enough that a round takes several times as long as a garbage collection. */
const rowsPerRound = 100_000;
/** The nested loop is so slow that few rows suffice. */
const bruteForceRows = 500;

export const categorizer: Scenario = {
  number: 5,
  title: 'DatabaseCategorizer alone, distinct texts',
  run: (bench) => measureCategorizer(bench, { warmUps: 2, repeats: 7 }),
};

export async function measureCategorizer(
  { servers }: { servers: Pick<Bench['servers'], 'databaseUrl'> },
  rounds: Rounds,
): Promise<Outcome> {
  await using small = await openPatterns(servers.databaseUrl, few);
  await using large = await openPatterns(servers.databaseUrl, many);
  const patterns = (await loadPatternSet(small.database)).patterns.map(toNormalizedPattern);
  const rate = async ({ categorize }: OpenPatterns, rows: CategorizableTransaction[]) =>
    (rows.length * 1_000) / (await timed(() => categorize(rows)));

  const beside = await interleave(
    rounds,
    () => distinctRows(rowsPerRound),
    (rows) => rate(small, rows),
    async (rows) => {
      const texts = rows.slice(0, bruteForceRows).map(normalizedTexts);
      const ms = await timed(async () => {
        for (const [merchantName, description] of texts)
          bruteForceMatch(patterns, merchantName, description);
      });
      return (bruteForceRows * 1_000) / ms;
    },
  );
  const growth = await interleave(
    rounds,
    () => ({ ofLarge: distinctRows(rowsPerRound), ofSmall: distinctRows(rowsPerRound) }),
    async ({ ofLarge }) => 1_000_000 / (await rate(large, ofLarge)),
    async ({ ofSmall }) => 1_000_000 / (await rate(small, ofSmall)),
  );
  const compileMs: number[] = [];
  const manyPatterns = (await loadPatternSet(large.database)).patterns;
  for (let round = 0; round < rounds.warmUps + rounds.repeats; round++) {
    const ms = await timed(async () => compilePatterns(manyPatterns));
    if (round >= rounds.warmUps) compileMs.push(ms);
  }
  return {
    measurements: [
      compared(
        `${few.toLocaleString('en')} patterns`,
        'rows/s',
        beside.figures,
        { name: 'nested loop over the patterns, the rule as written', values: beside.limits },
        { atLeast: 50 },
      ),
      compared(
        `${many.toLocaleString('en')} patterns, a row`,
        'µs',
        growth.figures,
        { name: `with ${few.toLocaleString('en')} patterns`, values: growth.limits },
        { atMost: 1.5 },
      ),
      alone(`compiling ${many.toLocaleString('en')} patterns`, 'ms', compileMs, { atMost: 1_000 }),
    ],
    notes: [
      `${rowsPerRound.toLocaleString('en')} rows a round, all with distinct texts; the nested loop gets the first ${bruteForceRows} of them, already normalised.`,
    ],
  };
}

interface OpenPatterns extends AsyncDisposable {
  database: Database;
  /** Returns what the patterns say about rows. */
  categorize(rows: CategorizableTransaction[]): Promise<unknown>;
}

/** A categorizer on a temporary database with this number of patterns. */
async function openPatterns(serverUrl: string, count: number): Promise<OpenPatterns> {
  const name = `patterns_${count}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  const database = createDatabase({
    url: url.href,
    poolSize: 2,
    applicationName: 'tallyflow-bench',
    statementTimeoutMs: 60_000,
  });
  await migrate(database);
  const { categories } = makePatterns(count);
  await runImport(
    database,
    { type: 'system', id: null, name: 'bench', requestId: null },
    categories.map((category) => ({
      ...category,
      patterns: category.patterns.map((pattern) => ({
        pattern,
        priority: 0,
        matchMode: 'contains',
      })),
    })),
  );
  const patterns = new CurrentPatterns(database, new PatternCache(new MemoryCache()));
  const knowledge = new CurrentKnowledge(database, patterns, (error) => {
    throw error;
  });
  const categorizer = new DatabaseCategorizer();
  return {
    database,
    categorize: async (rows) => categorizer.categorize(rows, await knowledge.get()),
    async [Symbol.asyncDispose]() {
      await database.destroy();
      await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const server = new pg.Client(url);
  await server.connect();
  await server.query(statement);
  await server.end();
}

/** Rows with distinct texts, as if each contained a reference. */
function distinctRows(count: number): CategorizableTransaction[] {
  const first = randomInt(1_000_000_000);
  return newRows(count).map((row, index) => {
    const suffix = (first + index).toString(36);
    const withSuffix = (text: string | null) => text && `${text} ${suffix}`;
    return {
      ...row,
      merchantName: withSuffix(row.merchant_name),
      description: withSuffix(row.description),
    };
  });
}

function normalizedTexts({ merchantName, description }: CategorizableTransaction) {
  const normalized = (text: string | null) => (text === null ? null : toNormalizedText(text));
  return [normalized(merchantName), normalized(description)] as const;
}
