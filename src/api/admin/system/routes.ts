import Router from '@koa/router';
import { recordAround, recordEvent } from '../../../db/audit/record-change.ts';
import { readEndedBatches } from '../../../db/batches/read-ended-batches.ts';
import { describeDatabase } from '../../../db/connection/describe-database.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { withTimeout } from '../../../domain/with-timeout.ts';
import type { SweepScheduleState } from '../../../temporal/operate-sweep-schedule.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { OccasionalReading } from '../../operations/occasional-reading.ts';
import { validate } from '../../validate.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { jsonBody } from '../json-body.ts';
import { presentSystem } from './presenter.ts';
import { pauseSchema } from './schema.ts';
import { withEndedBatches } from './with-ended-batches.ts';

const resource = 'system';
const base = '/api/admin/system';
/** A server that does not answer for so long counts as away. */
const partTimeoutMs = 2_000;
/** A Temporal server that is away is usually restarting. */
const temporalRetryAfterSeconds = 5;

/** The servers that Tallyflow works with, the sweep's schedule, and the caches. */
export function systemRoutes(admin: AdminDependencies): Router<ApiState> {
  const {
    allow,
    config,
    database,
    readDatabase,
    cache,
    temporal,
    sweepSchedule,
    reports,
    patterns,
    backlog,
    keyChanges,
    throughput,
  } = admin;
  const router = new Router<ApiState>();
  const ended = new OccasionalReading(() => readEndedBatches(readDatabase));

  router.get(base, allow('viewer'), async (ctx) => {
    const [described, isTemporalUp, status, statistics, schedule, counts, oldest, hour, pending] =
      await Promise.all([
        withTimeout(partTimeoutMs, describeDatabase(readDatabase), null),
        withTimeout(partTimeoutMs, temporal.isUp(), false),
        withTimeout(partTimeoutMs, cache.status(), 'away'),
        withTimeout(partTimeoutMs, cache.statistics(), null),
        withTimeout(partTimeoutMs, sweepSchedule.describe(), null),
        backlog.counts(),
        backlog.oldest(),
        throughput.lastHour(),
        keyChanges?.pending(),
      ]);
    // Workers complete batches, and tell only Redis how many.
    const shown = hour.isShared
      ? hour
      : withEndedBatches(hour, (await ended.current())?.value ?? null);
    ctx.body = presentSystem(config, {
      database: described,
      isTemporalUp,
      cache: { status, statistics, reports: reports.lookups, patterns: patterns.lookups },
      keyChanges: keyChanges && { isBehind: await keyChanges.isBehind(), pending: pending ?? null },
      schedule,
      backlog: counts && oldest && { ...counts, oldestAt: oldest.createdAt },
      throughput: shown,
    });
  });

  router.post(`${base}/schedule/pause`, allow('admin', { body: jsonBody() }), async (ctx) => {
    const { note } = validate(pauseSchema, ctx.request.body, 'body');
    const given = note.trim() === '' ? 'Paused in the console' : note.trim();
    await operate(ctx, 'pause', { paused: true, note: given }, () => sweepSchedule.pause(given));
  });

  router.post(`${base}/schedule/resume`, allow('admin'), async (ctx) => {
    await operate(ctx, 'resume', { paused: false, note: null }, () => sweepSchedule.resume());
  });

  /** Temporal skips the new run while another one is open, which does the same work. */
  router.post(`${base}/schedule/trigger`, allow('admin'), async (ctx) => {
    await operate(ctx, 'trigger', undefined, () => sweepSchedule.trigger());
  });

  router.post(`${base}/caches/drop`, allow('admin'), async (ctx) => {
    await recordEvent(database, ctx.state.actor, {
      action: 'drop',
      resource,
      resourceId: 'caches',
    });
    await Promise.all([patterns.drop(), reports.dropAll()]);
    ctx.status = 204;
  });

  async function operate(
    ctx: ApiContext,
    action: 'pause' | 'resume' | 'trigger',
    after: { paused: boolean; note: string | null } | undefined,
    call: () => Promise<void>,
  ): Promise<void> {
    const found = await askTemporal(() => sweepSchedule.describe());
    if (found === null) throw notFound('schedule; the first worker creates it');
    const before = after && present(found);
    const change = { action, resource, resourceId: 'schedule', before, after };
    await recordAround(database, ctx.state.actor, change, () => askTemporal(call));
    ctx.status = 204;
  }

  return router;
}

const present = ({ isPaused, note }: SweepScheduleState) => ({ paused: isPaused, note });

async function askTemporal<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw new ApiError('temporal_unavailable', 'Temporal did not respond. Try again.', {
      retryAfterSeconds: temporalRetryAfterSeconds,
      cause: error,
    });
  }
}
