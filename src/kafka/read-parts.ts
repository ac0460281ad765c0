import type { NewTransaction } from '../domain/transaction.ts';
import { RowValidator } from '../ingestion/row-validator.ts';
import type { KafkaConnection } from './connection.ts';
import { isGone } from './read-one-record.ts';
import { readPart } from './read-record.ts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import type { PartsRange } from './record-schema.ts';
import { topics } from './topics.ts';

/** A part is up to 1 MB, so that few of them are in memory at once. */
const readLimits = { maxBytes: 2 * 1024 * 1024, maxWaitMs: 500 };
/** Each COPY is of so many rows at least, which hides its round trips. */
const minRowsOfCopy = 10_000;

/**
 * Reads the rows of a large batch from the range that its record names, in parts of bounded size. Records of others may
 * lie in between. Throws RecordError where a part is missing or wrong, or where there are more or less rows than
 * announced: then nothing of the batch is stored.
 */
export async function* readParts(
  connection: KafkaConnection,
  range: PartsRange,
  rowCount: number,
): AsyncGenerator<NewTransaction[]> {
  const reader = new RecordReader(connection, [topics.batchParts]);
  const validator = new RowValidator([]);
  const last = BigInt(range.last_offset);
  let next = BigInt(range.first_offset);
  let part = 0;
  let rows: NewTransaction[] = [];
  try {
    while (next <= last) {
      const position = { topic: topics.batchParts, partition: range.partition, offset: next };
      const [read] = await reader.read([position], readLimits).catch((error: unknown) => {
        throw isGone(error) ? missing('are no longer in Kafka', error) : error;
      });
      for (const { offset, key, value } of read?.records ?? []) {
        if (offset > last || key?.toString('utf8') !== range.key) continue;
        if (part === range.count) throw missing('are more than its record counts');
        rows.push(...(await readPart(value, part++, validator)));
        if (validator.count > rowCount) throw missing('have more transactions than announced');
        if (rows.length < minRowsOfCopy) continue;
        yield rows;
        rows = [];
      }
      // Without records in between, the range would end behind all that there is.
      if (read !== undefined && read.nextOffset === next && read.endOffset <= next)
        throw missing('are not in Kafka');
      next = read?.nextOffset ?? next;
    }
    if (part !== range.count) throw missing(`are ${part} of ${range.count}`);
    if (validator.count !== rowCount) throw missing('have fewer transactions than announced');
    if (rows.length > 0) yield rows;
  } finally {
    await reader.close();
  }
}

const missing = (what: string, cause?: unknown): RecordError =>
  new RecordError('parts_missing', `The records that hold its transactions ${what}.`, { cause });
