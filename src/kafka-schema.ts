import { writeFile } from 'node:fs/promises';
import { recordJsonSchema } from './kafka/records/record-schema.ts';

/** Writes the documented format of records: node src/kafka-schema.ts. */
await writeFile(
  new URL('../docs/kafka-record.schema.json', import.meta.url),
  `${JSON.stringify(recordJsonSchema(), null, 2)}\n`,
);
