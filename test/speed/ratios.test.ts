import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../bench/measurement.ts';
import { openBench } from '../../bench/open-bench.ts';
import type { Bench } from '../../bench/scenario.ts';
import { measureIngest } from '../../bench/scenarios/01-ingest.ts';
import { measureOneBatch } from '../../bench/scenarios/02-one-batch.ts';
import { openStack } from '../../src/local/open-stack.ts';
import { scratchSettings } from '../../src/local/with-scratch-stack.ts';

/**
 * Notices when something becomes several times slower than it was, and no less: figures are held against
 * a limit of the same moment, never against a clock, and bounds are two to three times what is reached on an
 * idle machine. `script/bench` is what says how fast things are.
 */
const rounds = { warmUps: 1, repeats: 3 };
/** On a busy machine one measurement says little: it is taken again before it counts as too slow. */
const attempts = 3;

let disposal: AsyncDisposableStack;
let bench: Bench;

beforeAll(async () => {
  disposal = new AsyncDisposableStack();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-speed-'));
  disposal.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stopping = new AbortController();
  const log = () => {};
  const stack = await openStack(scratchSettings(dataDir), stopping, disposal, log);
  bench = await openBench(stack, disposal, { signal: stopping.signal, rowCount: 0, log });
});

afterAll(() => disposal.disposeAsync());

/** Measures until all ratios are within their bounds, a few times at most. */
async function expectRatios(
  measure: () => Promise<Measurement[]>,
  bounds: { atLeast?: number; atMost?: number }[],
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const measurements = await measure();
    const ratios = bounds.map((_, index) => measurements[index]?.ratio?.median ?? NaN);
    const isWithin = bounds.every(({ atLeast = -Infinity, atMost = Infinity }, index) => {
      const ratio = ratios[index] as number;
      return ratio >= atLeast && ratio <= atMost;
    });
    if (isWithin) return;
    if (attempt === attempts) expect({ ratios, bounds }).toBe('within their bounds');
  }
}

/** In a process of its own: within jest each look at a global such as Math takes longer than all the rest. */
async function measureCategorizerApart(): Promise<Measurement[]> {
  const script = fileURLToPath(new URL('./print-categorizer.ts', import.meta.url));
  const args = [script, bench.servers.databaseUrl, JSON.stringify(rounds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

describe('speed', () => {
  it('accepts rows at not much less than the rate of a bare COPY', async () => {
    await expectRatios(async () => [await measureIngest(bench, rounds)], [{ atLeast: 0.35 }]);
  });

  it('captures and processes a batch in a few times what one COPY and one UPDATE take', async () => {
    await expectRatios(
      async () => (await measureOneBatch(bench, rounds)).measurements,
      [{ atMost: 4 }],
    );
  });

  it('updates rows on their pages, without touching an index', async () => {
    const { rows } = await bench.database.query<{ share: number }>(
      `SELECT n_tup_hot_upd / n_tup_upd::float8 AS share
         FROM pg_stat_user_tables WHERE relname = 'transactions'`,
    );
    expect(rows[0]?.share).toBeGreaterThan(0.95);
  });

  it('categorizes many times faster than by holding each text against each pattern', async () => {
    await expectRatios(measureCategorizerApart, [{ atLeast: 15 }, { atMost: 3 }]);
  });
});
