import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { NewBatch } from '../../db/batches/new-batch.ts';
import { maxIdCharacters } from '../../domain/limits.ts';
import type { BoundKeys } from '../reading/bound-keys.ts';
import { topics } from '../topics.ts';
import { idOfIdempotencyKey, idOfPlace } from './derive-batch-id.ts';
import { headerOf, type KafkaRecord } from './kafka-record.ts';
import { RecordError } from './record-error.ts';

/** Whose a record is, and which batch. */
export interface RecordIdentity {
  /** As far as it is known where there is a problem. */
  batch: Omit<NewBatch, 'apiKeyId' | 'requestId'> & { apiKeyId: number | null };
  /** Clients take turns: the lineage of the key, or the topic where there is none. */
  client: string;
  /** Of the API key, as sortPrefixes() orders them. */
  accountPrefixes: readonly string[];
  /** Whether its rows may be in other records. */
  mayHaveParts: boolean;
  traceparent?: string | undefined;
  /** When the gateway took the batch over. */
  acceptedAt?: Date | undefined;
  /** Why the record can't be stored, whatever its value says. */
  problem?: RecordError;
}

/** Tells the batch and the key of a record: by its headers, where the gateway alone writes; else by the topic alone. */
export const identifyRecord = (
  record: KafkaRecord,
  boundKeys: BoundKeys,
): Promise<RecordIdentity> =>
  record.topic === topics.batches
    ? Promise.resolve(identifyByHeaders(record))
    : identifyByTopic(record, boundKeys);

const maxInteger = 2_147_483_647;
const decimal = z
  .string()
  .regex(/^[1-9]\d{0,9}$/)
  .transform(Number)
  .refine((id) => id <= maxInteger);
const headersSchema = z.object({
  'api-key-id': decimal,
  'lineage-id': decimal,
  bound: z.literal('1').optional(),
  'request-hash': z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  'accepted-at': z.iso.datetime({ offset: true }).optional(),
  traceparent: z.string().max(100).optional(),
});
const headerNames = Object.keys(headersSchema.shape);

function identifyByHeaders(record: KafkaRecord): RecordIdentity {
  const id = z.uuid().toLowerCase().safeParse(record.key?.toString('utf8'));
  const headers = headersSchema.safeParse(
    Object.fromEntries(headerNames.map((name) => [name, headerOf(record, name)])),
  );
  if (!id.success || !headers.success)
    return {
      batch: { id: id.data ?? idOfPlace(record), apiKeyId: null },
      client: record.topic,
      accountPrefixes: [],
      mayHaveParts: true,
      problem: new RecordError(
        'invalid_record',
        id.success
          ? 'The headers of the record are not valid.'
          : 'The key of the record is no UUID.',
      ),
    };
  const { data } = headers;
  const hash = data['request-hash'];
  const acceptedAt = data['accepted-at'];
  return {
    batch: {
      id: id.data,
      apiKeyId: data['api-key-id'],
      boundLineageId: data.bound === undefined ? null : data['lineage-id'],
      requestHash: hash === undefined ? null : Buffer.from(hash, 'hex'),
    },
    client: String(data['lineage-id']),
    // The gateway has checked them, by the key as it was then.
    accountPrefixes: [],
    mayHaveParts: true,
    traceparent: data.traceparent,
    acceptedAt: acceptedAt === undefined ? undefined : new Date(acceptedAt),
  };
}

async function identifyByTopic(record: KafkaRecord, boundKeys: BoundKeys): Promise<RecordIdentity> {
  const key = await boundKeys.find(record.topic);
  const unknown = {
    batch: { id: idOfPlace(record), apiKeyId: null },
    client: record.topic,
    accountPrefixes: [],
    mayHaveParts: false,
  };
  if (key === null) {
    const message = 'The API key of its topic is not live, or may not send transactions.';
    return { ...unknown, problem: new RecordError('key_not_live', message) };
  }
  const known = {
    ...unknown,
    batch: {
      id: unknown.batch.id,
      apiKeyId: key.apiKeyId,
      boundLineageId: key.accountPrefixes.length > 0 ? key.lineageId : null,
    },
    client: String(key.lineageId),
    accountPrefixes: key.accountPrefixes,
  };
  const idempotencyKey = headerOf(record, 'idempotency-key');
  if (idempotencyKey === undefined || idempotencyKey === '') return known;
  // Different bytes would be the same key, and their batches repeats of each other.
  if (!record.headers.every(([name, value]) => name !== 'idempotency-key' || isUtf8(value))) {
    const message = 'Its idempotency-key is not UTF-8.';
    return { ...known, problem: new RecordError('invalid_record', message) };
  }
  if (idempotencyKey.length > maxIdCharacters) {
    const message = `Its idempotency-key must have at most ${maxIdCharacters} characters.`;
    return { ...known, problem: new RecordError('invalid_record', message) };
  }
  const requestHash = createHash('sha256')
    .update(record.value ?? '')
    .digest();
  const id = idOfIdempotencyKey(key.lineageId, idempotencyKey);
  return { ...known, batch: { ...known.batch, id, requestHash } };
}
