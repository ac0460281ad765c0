import { findErrorBy } from '@platformatic/kafka';
import type { KafkaConnection } from '../connection.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { RecordError } from '../records/record-error.ts';
import { NotThereError } from './not-there-error.ts';
import {
  NoSuchPartitionError,
  OtherTopicError,
  type ReadPosition,
  RecordReader,
} from './record-reader.ts';

/** A dead letter has a record's bytes and some headers. */
const limits = { maxBytes: 3 * 1024 * 1024, maxWaitMs: 500 };

/**
 * Reads the record at a place. Null where it is no longer there. Throws NotThereError where it may come back, and others
 * where Kafka is away.
 */
export async function readOneRecord(
  connection: KafkaConnection,
  position: ReadPosition,
): Promise<KafkaRecord | null> {
  const reader = new RecordReader(connection, [position.topic]);
  try {
    const [read] = await reader.read([position], limits);
    const record = read?.records.find(({ offset }) => offset === position.offset);
    if (record !== undefined) return record;
    if (read !== undefined && read.nextOffset > position.offset) return null;
    throw new NotThereError(absent());
  } catch (error) {
    if (await isGone(reader, position, error)) return null;
    throw isMissing(error) ? new NotThereError(absent(), { cause: error }) : error;
  } finally {
    await reader.close();
  }
}

const absent = (): RecordError =>
  new RecordError('invalid_record', 'Its record is no longer in Kafka.');

/**
 * Whether what could not be read is gone for good: by retention, or with its topic. Everything else about a place may be a
 * moment's view.
 */
export async function isGone(
  reader: Pick<RecordReader, 'firstOffsets'>,
  { topic, partition, offset }: ReadPosition,
  error: unknown,
): Promise<boolean> {
  if (error instanceof OtherTopicError) return true;
  if (!isOutOfRange(error)) return false;
  const first = (await reader.firstOffsets(topic))[partition];
  return first !== undefined && offset < first;
}

/** Whether Kafka says that there is no such place, which may be a moment's view. */
export const isMissing = (error: unknown): boolean =>
  error instanceof NoSuchPartitionError || isOutOfRange(error);

const isOutOfRange = (error: unknown): boolean =>
  error instanceof Error && findErrorBy(error, 'apiId', 'OFFSET_OUT_OF_RANGE') !== null;
