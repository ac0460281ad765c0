/** A record as it was read from a topic. */
export interface KafkaRecord {
  topic: string;
  /** Of the topic, which has another one after it was created anew. */
  topicId: string;
  partition: number;
  offset: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: readonly (readonly [string, Buffer])[];
}

/** The text of a header; undefined where there is none, or several, which may contradict each other. */
export function headerOf(record: KafkaRecord, name: string): string | undefined {
  const found = record.headers.filter(([key]) => key === name);
  return found.length === 1 ? found[0]?.[1].toString('utf8') : undefined;
}

const maxBytesOfPointer = 4 * 1024;

/** Whether it looks like the record of a large batch, which holds no rows, but where they are. Reading it decides what it is. */
export const isPointer = ({ value }: KafkaRecord): boolean =>
  value !== null && value.length <= maxBytesOfPointer && value.includes('"parts"');
