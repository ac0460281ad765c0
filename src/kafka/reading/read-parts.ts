import type { NewTransaction } from '../../domain/transaction.ts';
import { RowValidator } from '../../ingestion/row-validator.ts';
import type { KafkaConnection } from '../connection.ts';
import { readPart } from '../records/read-record.ts';
import { RecordError } from '../records/record-error.ts';
import type { PartsRange } from '../records/record-schema.ts';
import { topics } from '../topics.ts';
import { NotThereError } from './not-there-error.ts';
import { isGone, isMissing } from './read-one-record.ts';
import { RecordReader } from './record-reader.ts';

/** A part is up to 1 MB, so that few of them are in memory at once. */
const readLimits = { maxBytes: 2 * 1024 * 1024, maxWaitMs: 500 };
/** Each COPY is of so many rows at least, which hides its round trips. */
const minRowsOfCopy = 10_000;

/**
 * Reads the rows of a large batch from the range that its record names, in parts of bounded size. Records of others may
 * lie in between. Throws RecordError where a part is missing or wrong, or where there are more or less rows than
 * announced, and NotThereError where a part may come back: then nothing of the batch is stored.
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
      const [read] = await reader.read([position], readLimits).catch(async (error: unknown) => {
        if (await isGone(reader, position, error)) throw missing('are no longer in Kafka', error);
        throw isMissing(error) ? notThere(error) : error;
      });
      for (const { offset, key, value } of read?.records ?? []) {
        if (offset > last || key?.toString('utf8') !== range.key) continue;
        const found = await readPart(value, part, validator);
        // Kafka may have delivered a part twice.
        if (found === null) continue;
        if (part++ === range.count) throw missing('are more than its record counts');
        for (const row of found) rows.push(row);
        if (validator.count > rowCount) throw missing('have more transactions than announced');
        if (rows.length < minRowsOfCopy) continue;
        yield rows;
        rows = [];
      }
      // Without records in between, the range would end behind all that there is.
      if (read !== undefined && read.nextOffset === next && read.endOffset <= next)
        throw notThere();
      next = read?.nextOffset ?? next;
    }
    if (part !== range.count) throw missing(`are ${part} of ${range.count}`);
    if (validator.count !== rowCount) throw missing('have fewer transactions than announced');
    if (rows.length > 0) yield rows;
  } finally {
    await reader.close();
  }
}

const notThere = (cause?: unknown): NotThereError =>
  new NotThereError(missing('are not in Kafka'), { cause });

const missing = (what: string, cause?: unknown): RecordError =>
  new RecordError('parts_missing', `The records that hold its transactions ${what}.`, { cause });
