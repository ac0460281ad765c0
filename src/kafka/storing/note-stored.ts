import type { InsertedCounts, NewBatch } from '../../db/batches/new-batch.ts';
import { countCaptured } from '../../ingestion/count-captured.ts';
import { withTraceparent } from '../../tracing/traceparent.ts';
import type { ConsumerContext } from '../consumer-context.ts';
import { consumedRecords, storedAge } from '../consumer-metrics.ts';
import type { RecordIdentity } from '../records/identify-record.ts';
import { traceStored } from './trace-stored.ts';

interface StoredRecord {
  batch: NewBatch;
  result: InsertedCounts;
  /** When storing it began, as Date.now() gives it. */
  beganAt: number;
}

/** Starts the workflow of a batch that was stored, and tells of it. */
export function noteStored(
  { workflowStarter, keyUses }: Pick<ConsumerContext, 'workflowStarter' | 'keyUses'>,
  { traceparent, acceptedAt, client }: RecordIdentity,
  { batch, result, beganAt }: StoredRecord,
): void {
  consumedRecords.inc({ outcome: 'stored' });
  countCaptured(result);
  if (acceptedAt !== undefined)
    storedAge.observe(Math.max(0, Date.now() - acceptedAt.getTime()) / 1_000);
  traceStored(traceparent, batch.id, beganAt);
  withTraceparent(traceparent, () =>
    workflowStarter.startBatch({ id: batch.id, requestId: batch.requestId, ...result }, client),
  );
  if (batch.apiKeyId !== null) keyUses.note(batch.apiKeyId);
}
