import { findErrorBy } from '@platformatic/kafka';
import type { KafkaConnection } from './connection.ts';
import type { KafkaRecord } from './kafka-record.ts';
import { NoSuchPartitionError, type ReadPosition, RecordReader } from './record-reader.ts';

/** A dead letter has a record's bytes and some headers. */
const limits = { maxBytes: 3 * 1024 * 1024, maxWaitMs: 500 };

/** Reads the record at a place. Null where it is no longer there. Throws where Kafka is away. */
export async function readOneRecord(
  connection: KafkaConnection,
  position: ReadPosition,
): Promise<KafkaRecord | null> {
  const reader = new RecordReader(connection, [position.topic]);
  try {
    const [read] = await reader.read([position], limits);
    return read?.records.find(({ offset }) => offset === position.offset) ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  } finally {
    await reader.close();
  }
}

/** Whether retention has deleted what is at the offset, or the topic never had it; or there is no such partition. */
export const isGone = (error: unknown): boolean =>
  error instanceof NoSuchPartitionError ||
  (error instanceof Error && findErrorBy(error, 'apiId', 'OFFSET_OUT_OF_RANGE') !== null);
