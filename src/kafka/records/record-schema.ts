import { z } from 'zod';
import { requestIdSchema, transactionSchema } from '../../ingestion/transaction-schema.ts';

const version = z.literal(1).meta({ description: 'The version of this format.' });
const offset = z.int().min(0);

/** Where the rows of a batch are that is too large for one record. */
export const partsSchema = z
  .strictObject({
    key: z.uuid().meta({ description: 'The key of the records that hold the rows.' }),
    partition: z.int().min(0).max(1_000_000),
    first_offset: offset,
    last_offset: offset,
    count: z.int().min(1).meta({ description: 'The number of these records.' }),
  })
  .refine((parts) => parts.last_offset - parts.first_offset >= parts.count - 1, {
    error: 'must have room for as many records as it counts',
    path: ['last_offset'],
  });

/** What surrounds the rows; these are checked one by one, so that a large batch does not stop the process. */
export const batchRecordSchema = z.strictObject(
  {
    version,
    request_id: requestIdSchema,
    transactions: z.array(z.unknown(), { error: 'must be an array' }),
  },
  { error: 'must be a JSON object' },
);

export const largeBatchRecordSchema = z.strictObject(
  {
    version,
    request_id: requestIdSchema,
    parts: partsSchema,
    transaction_count: z.int().min(1),
  },
  { error: 'must be a JSON object' },
);

/** What is read of a record that is not valid. */
export const requestIdOnly = z.object({ request_id: requestIdSchema });

export const partRecordSchema = z.strictObject({
  version,
  part: z.int().min(0),
  transactions: z.array(z.unknown()),
});

export type PartsRange = z.infer<typeof partsSchema>;

/** The format for systems that produce themselves, as JSON Schema: docs/kafka-record.schema.json. */
export function recordJsonSchema(): unknown {
  const documented = batchRecordSchema
    .extend({
      transactions: z.array(transactionSchema).min(1),
      request_id: requestIdSchema,
    })
    .meta({
      title: 'A batch of transactions in a record of Kafka',
      description:
        'The value of a record, as UTF-8 JSON. Each record is one batch, which is stored as a whole or not at all.',
    });
  return z.toJSONSchema(documented, {
    io: 'input',
    unrepresentable: 'any',
    // What a transform takes is written down beside it, where the description of the API looks for it, too.
    override({ jsonSchema }) {
      const { override, ...rest } = jsonSchema as { override?: object };
      if (override === undefined) return;
      for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
      Object.assign(jsonSchema, override, rest);
    },
  });
}
