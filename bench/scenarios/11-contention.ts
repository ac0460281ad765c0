import { setTimeout as sleep } from 'node:timers/promises';
import { type AttackName, attacks } from '../attacker/attacks.ts';
import { type Rounds, takeTurns } from '../interleave.ts';
import { newRows, toBody } from '../load/batches.ts';
import { ensureLargeTable } from '../load/fill.ts';
import { alone, compared, type Measurement } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const rounds: Rounds = { warmUps: 1, repeats: 3 };
const rowsPerBatch = 100;
const batchesEach = 20;
const intervalMs = 1_000;
/** A valid body of 100,000 rows sometimes occupies a process for this long, whoever sends it. */
const alwaysFineMs = 300;

export const contention: Scenario = {
  number: 11,
  title: 'One key attacks, another sends 100 rows each second',
  run: async (bench) => {
    await ensureLargeTable(bench);
    const names = Object.keys(attacks) as AttackName[];
    const attacker = await createAttackerKey(bench);
    let refused = 0;
    const measure = async () => {
      const outcome = await sendBatches(bench);
      refused += outcome.refused;
      return outcome.p95;
    };
    const [unharmed = [], ...harmed] = await takeTurns(rounds, () => bench.stack.whenAtRest(), [
      measure,
      ...names.map((name) => () => duringAttack(bench, attacker, name, measure)),
    ]);
    const sent = (rounds.warmUps + rounds.repeats) * (names.length + 1) * batchesEach;
    const measurements: Measurement[] = names.map((name, index) =>
      compared(
        `POST beside ${attacks[name].title}, p95`,
        'ms',
        harmed[index] as number[],
        { name: 'without', values: unharmed },
        { atMost: 3, orFigureAtMost: alwaysFineMs },
      ),
    );
    const accepted = (100 * (sent - refused)) / sent;
    return {
      measurements: [
        ...measurements,
        alone('requests of the other key that were accepted', '%', [accepted], { atLeast: 100 }),
      ],
      notes: [
        `The attacker is a separate process with its own key, which has the scopes ingest and read. It attacks while the other key sends ${batchesEach} batches, one a second. Only refusals of the other key count.`,
      ],
    };
  },
};

async function createAttackerKey({ api }: Bench): Promise<string> {
  const body = { name: 'attacker', scopes: ['ingest', 'read'] };
  return (await api.post<{ key: string }>('/api/admin/api-keys', body)).key;
}

async function duringAttack(
  { stack, api }: Bench,
  apiKey: string,
  name: AttackName,
  measure: () => Promise<number>,
): Promise<number> {
  const attacker = await stack.startProcess(
    'attacker/main',
    { BASE_URL: api.baseUrl, API_KEY: apiKey, ATTACK: name },
    async (output) => output.includes('attack began'),
  );
  try {
    return await measure();
  } finally {
    await attacker.stop();
    await stack.whenAtRest();
  }
}

/** Returns the p95 of the POSTs in milliseconds, and how many were refused. */
async function sendBatches({ api }: Bench): Promise<{ p95: number; refused: number }> {
  const took: number[] = [];
  let refused = 0;
  const bodies = Array.from({ length: batchesEach }, () => toBody(newRows(rowsPerBatch)));
  // Each is sent at its time, even if an earlier one is not answered yet.
  const sent = bodies.map(async (body, index) => {
    await sleep(index * intervalMs);
    took.push(await timed(() => api.postBatch(body).catch(() => refused++)));
  });
  await Promise.all(sent);
  return { p95: percentile(took, 0.95), refused };
}
