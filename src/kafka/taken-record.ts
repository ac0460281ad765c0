import type { RecordIdentity } from './identify-record.ts';
import type { KafkaRecord } from './kafka-record.ts';

/** A record that has been read, until it is done. */
export interface TakenRecord {
  record: KafkaRecord;
  identity: RecordIdentity;
  /** Bytes that it holds in memory. */
  bytes: number;
  /** How often storing it has failed. */
  failures: number;
  /** Lets its offset be committed. */
  finish(): void;
}
