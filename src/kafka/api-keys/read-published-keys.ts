import { createHash } from 'node:crypto';
import type { RecordReader } from '../reading/record-reader.ts';
import { topics } from '../topics.ts';

/** What the topic of API keys says, as of its end. */
export interface PublishedKeys {
  /** The first offset that the topic has. */
  startOffset: bigint;
  /** Of each key that the topic says is live, the digest of its value. */
  digests: Map<number, string>;
}

/** Of one answer. Only digests of it are kept. */
const limits = { maxBytes: 1024 * 1024, maxWaitMs: 200 };
/** The topic of many thousand keys is read in a second. */
const maxMs = 60_000;

/** So short that those of all keys fit into memory. */
export const digestOf = (value: string | Buffer): string =>
  createHash('sha256').update(value).digest('base64');

/** Reads the topic of API keys to its end. */
export async function readPublishedKeys(reader: RecordReader): Promise<PublishedKeys> {
  const deadline = performance.now() + maxMs;
  const [startOffset] = await reader.firstOffsets(topics.apiKeys);
  if (startOffset === undefined) throw new Error('the topic of API keys has no partition');
  const digests = new Map<number, string>();
  let offset = startOffset;
  for (;;) {
    const [read] = await reader.read([{ topic: topics.apiKeys, partition: 0, offset }], limits);
    for (const { key, value } of read?.records ?? []) {
      const id = key?.toString() ?? '';
      if (!/^\d+$/.test(id)) continue;
      if (value === null) digests.delete(Number(id));
      else digests.set(Number(id), digestOf(value));
    }
    offset = read?.nextOffset ?? offset;
    if (read !== undefined && offset >= read.endOffset) return { startOffset, digests };
    if (performance.now() > deadline) throw new Error('the topic of API keys is too long to read');
  }
}
