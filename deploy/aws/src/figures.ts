/** A series of the text format of Prometheus: its name, and regular expressions that labels match as a whole. */
interface Series {
  name: string;
  labels?: Record<string, string>;
}

interface Figure {
  /** `count` only grows, and CloudWatch gets what came since the last minute. `level` goes up and down. */
  kind: 'count' | 'level';
  from: Series[];
}

/**
 * What CloudWatch hears of the metrics of the program: what alarms and scaling ask for, and nothing else, since
 * each costs by the month. CloudWatch can't look into a histogram, so what is asked of one is taken out as a count of
 * its own. Prometheus 3 writes the bound of a bucket as "1.0", Prometheus 2 as "1".
 */
export const figures = {
  // The first objective: deploy/observability/rules/objectives.yml has the reasons.
  IngestRequests: {
    kind: 'count',
    from: [
      {
        name: 'tallyflow_ingest_request_seconds_count',
        labels: { rows: '1000', outcome: 'accepted|failed' },
      },
      {
        name: 'tallyflow_ingest_request_seconds_count',
        labels: { rows: 'unknown', outcome: 'failed' },
      },
    ],
  },
  IngestRequestsGood: {
    kind: 'count',
    from: [
      {
        name: 'tallyflow_ingest_request_seconds_bucket',
        labels: { rows: '1000', outcome: 'accepted', le: String.raw`1|1\.0` },
      },
    ],
  },
  // The second one.
  BatchesCompleted: {
    kind: 'count',
    from: [{ name: 'tallyflow_batch_seconds_count', labels: { rows: '1000|10000' } }],
  },
  BatchesCompletedInTime: {
    kind: 'count',
    from: [
      {
        name: 'tallyflow_batch_seconds_bucket',
        labels: { rows: '1000|10000', le: String.raw`60|60\.0` },
      },
    ],
  },
  BatchesFailed: {
    kind: 'count',
    from: [{ name: 'tallyflow_batches_ended_total', labels: { outcome: 'failed' } }],
  },
  BatchesCaptured: {
    kind: 'count',
    from: [{ name: 'tallyflow_batches_captured_total', labels: { outcome: 'new' } }],
  },
  Requests: { kind: 'count', from: [{ name: 'tallyflow_http_request_seconds_count' }] },
  RequestsFailed: {
    kind: 'count',
    from: [{ name: 'tallyflow_requests_refused_total', labels: { fault: 'server' } }],
  },
  RowsProcessed: { kind: 'count', from: [{ name: 'tallyflow_transactions_processed_total' }] },
  OpenRows: { kind: 'level', from: [{ name: 'tallyflow_open_transactions' }] },
  OpenBatches: { kind: 'level', from: [{ name: 'tallyflow_open_batches' }] },
  OldestOpenBatchSeconds: {
    kind: 'level',
    from: [{ name: 'tallyflow_oldest_open_batch_seconds' }],
  },
  StartsWaiting: { kind: 'level', from: [{ name: 'tallyflow_workflow_starts_waiting' }] },
  ConnectionsAwaited: {
    kind: 'level',
    from: [{ name: 'tallyflow_database_connections', labels: { state: 'waiting' } }],
  },
  CacheUp: { kind: 'level', from: [{ name: 'tallyflow_cache_up' }] },
  EventLoopLagSeconds: { kind: 'level', from: [{ name: 'nodejs_eventloop_lag_p99_seconds' }] },
  SweepEnd: { kind: 'level', from: [{ name: 'tallyflow_sweep_last_end_timestamp_seconds' }] },
  ActivitySlots: {
    kind: 'level',
    from: [
      { name: 'temporal_worker_task_slots_available', labels: { worker_type: 'ActivityWorker' } },
    ],
  },
  WorkflowSlots: {
    kind: 'level',
    from: [
      { name: 'temporal_worker_task_slots_available', labels: { worker_type: 'WorkflowWorker' } },
    ],
  },
  Activities: {
    kind: 'count',
    from: [{ name: 'temporal_activity_schedule_to_start_latency_seconds_count' }],
  },
  ActivitiesPrompt: {
    kind: 'count',
    from: [
      {
        name: 'temporal_activity_schedule_to_start_latency_seconds_bucket',
        labels: { le: String.raw`10|10\.0` },
      },
    ],
  },
  TrainingsFailed: {
    kind: 'count',
    from: [{ name: 'tallyflow_trainings_total', labels: { outcome: 'failed' } }],
  },
  LanguageModelCallsAnswered: {
    kind: 'count',
    from: [{ name: 'tallyflow_language_model_calls_total', labels: { outcome: 'answered' } }],
  },
  LanguageModelCallsFailed: {
    kind: 'count',
    from: [
      {
        name: 'tallyflow_language_model_calls_total',
        labels: { outcome: 'refused|busy|unanswered|unreadable' },
      },
    ],
  },
  // Of the gateway, the publisher of API keys and the consumer.
  KafkaUp: { kind: 'level', from: [{ name: 'tallyflow_kafka_up' }] },
  KeyChangeSeconds: { kind: 'level', from: [{ name: 'tallyflow_oldest_api_key_change_seconds' }] },
  ConsumerLag: { kind: 'level', from: [{ name: 'tallyflow_consumer_lag_records' }] },
  ConsumerConnected: { kind: 'level', from: [{ name: 'tallyflow_consumer_connected' }] },
  RecordsConsumed: { kind: 'count', from: [{ name: 'tallyflow_consumer_records_total' }] },
  RecordsStored: { kind: 'count', from: [{ name: 'tallyflow_consumer_age_seconds_count' }] },
  RecordsStoredPrompt: {
    kind: 'count',
    from: [
      { name: 'tallyflow_consumer_age_seconds_bucket', labels: { le: String.raw`300|300\.0` } },
    ],
  },
  RecordsRetried: { kind: 'level', from: [{ name: 'tallyflow_consumer_retried_records' }] },
  DeadLetters: { kind: 'count', from: [{ name: 'tallyflow_consumer_dead_letters_total' }] },
} satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

/** The namespace of CloudWatch, and the one dimension that tells installations in an account apart. */
export const namespace = 'Tallyflow';
export const dimension = 'Installation';

export const figureEntries = Object.entries(figures) as [FigureName, Figure][];
