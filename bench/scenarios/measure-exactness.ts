import { addAmounts } from '../../src/domain/add-amounts.ts';
import { formatMoney } from '../../src/domain/money.ts';
import { newRows, toBody } from '../load/batches.ts';
import { alone } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Outcome } from '../scenario.ts';
import { daysAgo } from './days-ago.ts';

const accountId = 'acc-exact';
const batchCount = 40;
const rowsPerBatch = 2_500;
const days = 200;
/** Both ends of a range vary by this many days, so that every report has a different range. */
const spareDays = 80;

interface Totals {
  total_transactions: number;
  total_spend: string;
  total_income: string;
  net_amount: string;
}

/**
 * Reads uncached reports of an account while its batches are posted and processed. Compares each report with the sums
 * of what the client has sent: all batches accepted before the request, and possibly some in progress.
 */
export async function measureExactness(bench: Bench): Promise<Outcome> {
  const { api, stack } = bench;
  const batches = Array.from({ length: batchCount }, () =>
    newRows(rowsPerBatch, { accounts: 1, days, accountId }),
  );
  const expected = runningTotals(batches.map((rows) => rows.map(({ amount }) => amount)));
  let sent = 0;
  let accepted = 0;
  let isOver = false;
  const posting = (async () => {
    for (const rows of batches) {
      sent++;
      await api.postBatch(toBody(rows));
      accepted++;
    }
    await stack.whenIdle();
  })().finally(() => {
    isOver = true;
  });

  const times: number[] = [];
  let exact = 0;
  // Reports start once the account exists.
  while (accepted === 0 && !isOver) await new Promise(setImmediate);
  for (let question = 0; !isOver && question < spareDays ** 2; question++) {
    const acceptedBefore = accepted;
    const start = daysAgo(days + (question % spareDays));
    const end = daysAgo(-Math.floor(question / spareDays));
    const startedAt = performance.now();
    const { metrics } = await api.get<{ metrics: Totals }>(
      `/api/reports/account/${accountId}/summary?start_date=${start}&end_date=${end}`,
    );
    times.push(performance.now() - startedAt);
    const possible = expected.slice(acceptedBefore, sent + 1);
    if (possible.some((totals) => isSame(totals, metrics))) exact++;
  }
  await posting;
  return {
    measurements: [
      alone('reports that were exact while batches came', '%', [(exact * 100) / times.length], {
        atLeast: 100,
      }),
      alone('these reports, p50', 'ms', [percentile(times, 0.5)], null),
    ],
    notes: [
      `Exactness: ${times.length.toLocaleString('en')} reports of an account, none cached, while ${batchCount} batches of ${rowsPerBatch.toLocaleString('en')} rows for it were posted and processed; each was compared with the sums of what the client had sent by then.`,
    ],
  };
}

/** The expected reports after no batch, after the first, after the first two … */
function runningTotals(batches: readonly string[][]): Totals[] {
  const amounts: string[] = [];
  return [[], ...batches].map((batch) => {
    amounts.push(...batch);
    const sum = (wanted: (amount: string) => boolean) =>
      formatMoney(addAmounts(amounts.filter(wanted)));
    return {
      total_transactions: amounts.length,
      total_spend: sum((amount) => amount.startsWith('-')),
      total_income: sum((amount) => !amount.startsWith('-')),
      net_amount: sum(() => true),
    };
  });
}

const isSame = (a: Totals, b: Totals): boolean =>
  a.total_transactions === b.total_transactions &&
  a.total_spend === b.total_spend &&
  a.total_income === b.total_income &&
  a.net_amount === b.net_amount;
