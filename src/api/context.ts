import type { DefaultContext, ParameterizedContext } from 'koa';
import type { Logger } from 'pino';
import type { Cache } from '../cache/cache.ts';
import type { SharedCounts } from '../cache/shared-counts.ts';
import type { Throughput } from '../cache/throughput.ts';
import type { Config } from '../config.ts';
import type { AdminSession } from '../db/admins/admin-sessions.ts';
import type { ApiPools } from '../db/connection/api-pools.ts';
import type { Actor } from '../domain/actor.ts';
import type { ErrorCode, Fault } from '../domain/errors.ts';
import type { Scope } from '../domain/scope.ts';
import type { TemporalProbe } from '../temporal/connection.ts';
import type { SweepScheduleOperations } from '../temporal/operate-sweep-schedule.ts';
import type { WorkflowStarter } from '../temporal/workflow-starter.ts';
import type { BacklogWatch } from './operations/backlog-watch.ts';
import type { KeyChangesWatch } from './operations/key-changes-watch.ts';

/** The dependencies of the routes, which the composition root makes once. */
export interface ApiDependencies extends ApiPools {
  config: Config;
  cache: Cache;
  /** Counts of limits that hold for all processes together. */
  counts: SharedCounts;
  /** Starts workflows after the answer was sent. */
  workflowStarter: WorkflowStarter;
  temporal: TemporalProbe;
  sweepSchedule: SweepScheduleOperations;
  backlog: BacklogWatch;
  /** Undefined where there is no Kafka. */
  keyChanges: KeyChangesWatch | undefined;
  throughput: Throughput;
  logger: Logger;
  /** Aborted when the process is told to stop: answers that would go on for ever end then. */
  stopping: AbortSignal;
  /** Aborts when the last request has been answered, and no other can come. */
  drained: AbortSignal;
}

/** The API key that a request carries. */
export interface Principal {
  apiKeyId: number;
  /** The first key of the chain of rotations that this one ends: limits, idempotency and batches go by it. */
  lineageId: number;
  name: string;
  scopes: readonly Scope[];
  /** The ids of its accounts begin with one of these, as sortPrefixes() orders them. It is empty for a key of all accounts. */
  accountPrefixes: readonly string[];
}

/** A session together with the hash that it is found by. */
export interface SignedIn extends AdminSession {
  tokenHash: Buffer;
}

/** What metrics say of a POST of transactions. */
export interface Ingest {
  /** Null until the rows are counted. */
  rowCount: number | null;
  /** How long the request has waited for its client to send bytes. */
  waitedMs: () => number;
}

export interface ApiState {
  requestId: string;
  /** The batch that the request stores or is about, once it is known to exist. */
  batchId?: string;
  /** What the answer says is wrong, and what was thrown. */
  problem?: { code: ErrorCode; thrown: unknown; fault: Fault };
  ingest: Ingest;
  /** The API key; set by the guard, reading it on another route is a programming error. */
  principal: Principal;
  /** The user or API key that administers; set by allow(). */
  actor: Actor;
  /** The session of a user; set by allow(). */
  session?: SignedIn;
}

export type ApiContext = ParameterizedContext<ApiState, DefaultContext>;
