import { createHash } from 'node:crypto';

/**
 * A UUID v8 (RFC 9562) out of the SHA-256 of a text: the same text gives the same id, so that what is delivered
 * twice is the same batch.
 */
export function deriveBatchId(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** The id of the batch that a lineage of API keys sends with an idempotency key. The gateway derives the same. */
export const idOfIdempotencyKey = (lineageId: number, key: string): string =>
  deriveBatchId(`${lineageId}\0${key}`);

/**
 * The id of a batch that nothing tells apart but the place of its record. No idempotency key can give the same. A topic
 * that is created anew under its name has another id, and its offsets begin at 0 again.
 */
export const idOfPlace = (place: { topicId: string; partition: number; offset: bigint }): string =>
  deriveBatchId(`topic\0${place.topicId}\0${place.partition}\0${place.offset}`);
