import { Counter, Gauge, Histogram } from 'prom-client';
import { deadLetterReasons } from './records/record-error.ts';

export const outcomes = ['stored', 'repeated', 'failed', 'unlisted'] as const;

export const consumedRecords = new Counter({
  name: 'tallyflow_consumer_records_total',
  help: 'Records that are done: stored, stored before, a dead letter with a failed batch, or one without because its client had too many.',
  labelNames: ['outcome'] as const,
});
for (const outcome of outcomes) consumedRecords.inc({ outcome }, 0);

export const deadLetters = new Counter({
  name: 'tallyflow_consumer_dead_letters_total',
  help: 'Records that could not be stored, by the reason.',
  labelNames: ['reason'] as const,
});
for (const reason of deadLetterReasons) deadLetters.inc({ reason }, 0);

export const storedAge = new Histogram({
  name: 'tallyflow_consumer_age_seconds',
  help: 'Time from the 202 of the gateway until the batch is stored.',
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600],
});

export const lag = new Gauge({
  name: 'tallyflow_consumer_lag_records',
  help: 'Records of the assigned partitions that are not done yet.',
  labelNames: ['topic'] as const,
});

export const waitingRecords = new Gauge({
  name: 'tallyflow_consumer_waiting_records',
  help: 'Records that have been read and are not done yet.',
});

export const retriedRecords = new Gauge({
  name: 'tallyflow_consumer_retried_records',
  help: 'Records that the database or Kafka has not taken yet, and that are tried again for as long as it takes.',
});

export const failedGroups = new Counter({
  name: 'tallyflow_consumer_failed_groups_total',
  help: 'Transactions of several batches that failed, after which each batch was stored in its own.',
});

export const unreadTopics = new Gauge({
  name: 'tallyflow_consumer_topic_unread',
  help: '1 while a topic, or one of its partitions that this process has, is not read.',
  labelNames: ['topic'] as const,
});

export const isConnected = new Gauge({
  name: 'tallyflow_consumer_connected',
  help: '1 while the consumer is a member of its group, 0 while it tries to become one.',
});
