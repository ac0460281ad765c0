import type { KafkaConnection } from '../connection.ts';
import type { RecordIdentity } from '../records/identify-record.ts';
import type { KafkaRecord } from '../records/kafka-record.ts';
import { readOneRecord } from './read-one-record.ts';

/** A record that has been read, until it is done. */
export interface TakenRecord {
  record: KafkaRecord;
  /** Whether its value was given up, to be read again when its turn comes. */
  isUnloaded: boolean;
  identity: RecordIdentity;
  /** Bytes that it holds in memory. */
  bytes: number;
  /** How often storing it has failed. */
  failures: number;
  /** How often of these because of its own data. */
  refusals: number;
  /** Since when Kafka does not have what it names. */
  missingSince?: number;
  /** Lets its offset be committed. */
  finish(): void;
}

/** Reading it again takes a connection of its own, which is not worth less. */
const minBytesToUnload = 512;

/** Gives up the value of a record, unless it is small. Returns by how much memory changes. */
export function unload(taken: TakenRecord): number {
  const { value } = taken.record;
  if (value === null || value.length < minBytesToUnload) return 0;
  taken.record = { ...taken.record, value: null };
  taken.isUnloaded = true;
  taken.bytes -= value.length;
  return -value.length;
}

/**
 * Reads a value that was given up. What retention has deleted meanwhile has none. Returns by how much memory changes.
 * Throws where Kafka is away.
 */
export async function load(connection: KafkaConnection, taken: TakenRecord): Promise<number> {
  if (!taken.isUnloaded) return 0;
  const value = (await readOneRecord(connection, taken.record))?.value ?? null;
  taken.record = { ...taken.record, value };
  taken.isUnloaded = false;
  const bytes = value?.length ?? 0;
  taken.bytes += bytes;
  return bytes;
}
