import { Counter } from 'prom-client';

const capturedTransactions = new Counter({
  name: 'tallyflow_transactions_captured_total',
  help: 'Transactions of accepted batches, stored or duplicates.',
  labelNames: ['outcome'] as const,
});
for (const outcome of ['stored', 'duplicate']) capturedTransactions.inc({ outcome }, 0);

const conflicts = new Counter({
  name: 'tallyflow_transaction_conflicts_total',
  help: 'Duplicates of accepted batches that differ from the transaction that is stored.',
});

/** Counts the rows of a batch that has been stored. */
export function countCaptured(batch: {
  transactionCount: number;
  duplicateCount: number;
  conflictCount: number;
}): void {
  capturedTransactions.inc({ outcome: 'stored' }, batch.transactionCount);
  capturedTransactions.inc({ outcome: 'duplicate' }, batch.duplicateCount);
  conflicts.inc(batch.conflictCount);
}
