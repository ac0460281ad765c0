import type { CacheStatistics, CacheStatus } from '../../../cache/cache.ts';
import type { LookupCounts } from '../../../cache/lookup-counts.ts';
import type { Config } from '../../../config.ts';
import type { PendingApiKeyChanges } from '../../../db/api-keys/api-key-changes.ts';
import type { OpenCounts } from '../../../db/batches/read-backlog.ts';
import type { DatabaseDescription } from '../../../db/connection/describe-database.ts';
import type { SweepScheduleState } from '../../../temporal/operate-sweep-schedule.ts';
import { sweepScheduleId } from '../../../temporal/sweep-schedule.ts';
import { version } from '../../../version.ts';
import { workflowLinks, workflowUrl } from '../../workflow-links.ts';
import type { SystemBody } from './schema.ts';
import type { KnownThroughput } from './with-ended-batches.ts';

/** The answers of the servers; null for a server that did not answer in time. */
export interface SystemState {
  database: DatabaseDescription | null;
  isTemporalUp: boolean;
  cache: {
    status: CacheStatus;
    statistics: CacheStatistics | null;
    reports: LookupCounts;
    patterns: LookupCounts;
  };
  /** Undefined where there is no Kafka. */
  keyChanges: { isBehind: boolean; pending: PendingApiKeyChanges | null } | undefined;
  schedule: SweepScheduleState | null;
  backlog: (OpenCounts & { oldestAt: Date | null }) | null;
  throughput: KnownThroughput;
}

const startedAt = new Date(performance.timeOrigin).toISOString();

export function presentSystem(config: Config, state: SystemState): SystemBody {
  const { database, cache, schedule, backlog, throughput } = state;
  const links = workflowLinks(config);
  const { temporalUiUrl, namespace } = links;
  const namespaceUrl = `${temporalUiUrl}/namespaces/${encodeURIComponent(namespace)}`;
  return {
    database: {
      status: database === null ? 'away' : 'up',
      version: database?.version ?? null,
      size_bytes: database?.sizeBytes ?? null,
    },
    temporal: {
      status: state.isTemporalUp ? 'up' : 'away',
      address: config.TEMPORAL_ADDRESS,
      namespace,
      ui_url: `${namespaceUrl}/workflows`,
    },
    cache: presentCache(cache),
    kafka: presentKafka(config, state.keyChanges),
    schedule: schedule && {
      id: sweepScheduleId,
      paused: schedule.isPaused,
      note: schedule.note,
      next_runs: schedule.nextRunsAt.map((time) => time.toISOString()),
      recent_runs: schedule.recentRuns.map((run) => ({
        workflow_id: run.workflowId,
        run_id: run.runId,
        scheduled_at: run.scheduledAt.toISOString(),
        status: run.status,
        result: run.result && {
          started_count: run.result.startedCount,
          repaired_count: run.result.repairedCount,
          expired_key_count: run.result.expiredKeyCount,
        },
        url: workflowUrl(links, run.workflowId, run.runId),
      })),
      url: `${namespaceUrl}/schedules/${sweepScheduleId}`,
    },
    backlog: backlog && {
      pending_batch_count: backlog.pendingCount,
      processing_batch_count: backlog.processingCount,
      transaction_count: backlog.transactionCount,
      oldest_created_at: backlog.oldestAt?.toISOString() ?? null,
    },
    throughput: {
      of: throughput.isShared ? 'all_processes' : 'this_process',
      minutes: throughput.minutes.map((minute) => ({
        starts_at: new Date(minute.startsAtMs).toISOString(),
        batch_count: minute.batchesIn,
        transaction_count: minute.rowsIn,
        completed_batch_count: minute.batchesCompleted,
        failed_batch_count: minute.batchesFailed,
        completed_transaction_count: minute.rowsCompleted,
        refusal_count: minute.refusals,
      })),
    },
    version,
    started_at: startedAt,
  };
}

function presentKafka(config: Config, keyChanges: SystemState['keyChanges']): SystemBody['kafka'] {
  if (keyChanges === undefined) return null;
  const { isBehind, pending } = keyChanges;
  return {
    brokers: config.KAFKA_BROKERS ?? [],
    key_publishing: isBehind ? 'behind' : 'current',
    pending_key_change_count: pending?.count ?? null,
    oldest_key_change_seconds: pending?.oldestSeconds ?? null,
  };
}

function presentCache({
  status,
  statistics,
  reports,
  patterns,
}: SystemState['cache']): SystemBody['cache'] {
  const ofProcess = {
    hits: reports.hits + patterns.hits,
    misses: reports.misses + patterns.misses,
  };
  const kind = status === 'memory' ? 'memory' : 'redis';
  const { hits, misses } =
    kind === 'memory' ? ofProcess : (statistics?.lookups ?? { hits: null, misses: null });
  return {
    kind,
    status,
    key_count: statistics?.keyCount ?? null,
    hits,
    misses,
    process: { reports: { ...reports }, patterns: { ...patterns } },
  };
}
