const dayMs = 24 * 60 * 60 * 1_000;

/** The topics of Tallyflow itself. Their names are part of the contract with systems that read or write them. */
export const topics = {
  /** One record a batch. */
  batches: 'tallyflow.batches',
  /** The rows of batches that are too large for one record. */
  batchParts: 'tallyflow.batch-parts',
  /** The current state of each API key, for the gateway. */
  apiKeys: 'tallyflow.api-keys',
  /** Records that could not be stored. */
  deadLetters: 'tallyflow.dead-letters',
} as const;

export interface TopicLayout {
  name: string;
  partitions: number;
  /** What differs from the defaults of brokers. */
  settings: Record<string, string>;
}

/** So many consumers can share the batches, and more partitions later would not harm: no order is promised. */
const defaultPartitions = 12;

/** A week of the database's absence, or of a replay. */
const batchesRetentionDays = 7;
/** The rows of a batch must be there for as long as its record is. Uploads that were broken off stay as long. */
export const partsRetentionDays = batchesRetentionDays + 1;
/** Somebody has to look at a dead letter, find what is wrong, and send it again. */
const deadLettersRetentionDays = 30;
/** A dead letter is a record with more headers, and so larger than the 1 MiB that a record may have elsewhere. */
const deadLetterBytes = 2 * 1024 * 1024;

/** How the topics are created. The keys have one partition, since their order matters and they are few. */
export function topicLayouts(partitions = defaultPartitions): TopicLayout[] {
  const kept = (days: number) => ({
    'cleanup.policy': 'delete',
    'retention.ms': String(days * dayMs),
    // A limit by size would delete batches that were answered and are not stored yet, whatever the brokers' default is.
    'retention.bytes': '-1',
  });
  return [
    { name: topics.batches, partitions, settings: kept(batchesRetentionDays) },
    { name: topics.batchParts, partitions, settings: kept(partsRetentionDays) },
    { name: topics.apiKeys, partitions: 1, settings: { 'cleanup.policy': 'compact' } },
    {
      name: topics.deadLetters,
      partitions,
      settings: {
        ...kept(deadLettersRetentionDays),
        'max.message.bytes': String(deadLetterBytes),
      },
    },
  ];
}

/** With so many copies of each record, a write has to be in two before it counts. With fewer, that would stop writes. */
const leastReplicasForTwo = 3;

/** What a topic with so many copies should have. Only a topic that exists tells how many the brokers give it. */
export const wantedSettings = (
  { partitions, settings }: TopicLayout,
  replicas: number,
): Record<string, string> => ({
  partitions: String(partitions),
  ...settings,
  ...(replicas >= leastReplicasForTwo && { 'min.insync.replicas': '2' }),
});
