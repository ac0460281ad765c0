import {
  type Client,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { LRUCache } from 'lru-cache';
import type { PendingBatchSweepWorkflow, SweepResult } from '../workflows/pending-batch-sweep.ts';
import { sweepScheduleId } from './sweep-schedule.ts';

/** How long a call may take: the person who waits for it would rather have it done late than be told to try again. */
const patienceMs = 4_000;
/** How many runs are shown: enough to see whether something has begun to go wrong. */
const shownRuns = 10;
/** Bounds the memory of the results of closed runs, which do not change any more. */
const maxRemembered = 100;

export const sweepRunStatuses = [
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed_out',
  /** Temporal has forgotten it, which it does after the namespace's retention. */
  'unknown',
] as const;

export interface SweepRun {
  workflowId: string;
  runId: string;
  scheduledAt: Date;
  status: (typeof sweepRunStatuses)[number];
  /** Null but for a completed run. */
  result: SweepResult | null;
}

export interface SweepScheduleState {
  isPaused: boolean;
  /** Why it is paused. */
  note: string | null;
  nextRunsAt: Date[];
  /** The latest first. */
  recentRuns: SweepRun[];
}

/** Shows and operates the sweep's schedule for admins. Its calls throw when Temporal is away. */
export class SweepScheduleOperations {
  readonly #client: Client;
  readonly #closedRuns = new LRUCache<string, Pick<SweepRun, 'status' | 'result'>>({
    max: maxRemembered,
  });

  constructor(client: Client) {
    this.#client = client;
  }

  /** The state of the schedule; null before the first worker has created it. */
  async describe(): Promise<SweepScheduleState | null> {
    return this.#withDeadline(async () => {
      const description = await this.#handle.describe().catch((error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return null;
        throw error;
      });
      if (description === null) return null;
      const { state, info } = description;
      const recent = info.recentActions.slice(-shownRuns).reverse();
      return {
        isPaused: state.paused,
        // Temporal keeps the last note, which says nothing of a schedule that runs.
        note: state.paused ? (state.note ?? null) : null,
        nextRunsAt: info.nextActionTimes,
        recentRuns: await Promise.all(
          recent.map(async ({ scheduledAt, action: { workflow } }) => {
            const runId = workflow.firstExecutionRunId;
            const outcome = await this.#outcome(workflow.workflowId, runId);
            return { workflowId: workflow.workflowId, runId, scheduledAt, ...outcome };
          }),
        ),
      };
    });
  }

  /** Pauses the schedule. It stays paused when workers start. */
  async pause(note: string): Promise<void> {
    await this.#withDeadline(() => this.#handle.pause(note));
  }

  async resume(): Promise<void> {
    await this.#withDeadline(() => this.#handle.unpause('Resumed'));
  }

  /** Runs the sweep now, paused or not; does nothing while a run is open. */
  async trigger(): Promise<void> {
    await this.#withDeadline(() => this.#handle.trigger(ScheduleOverlapPolicy.SKIP));
  }

  get #handle() {
    return this.#client.schedule.getHandle(sweepScheduleId);
  }

  #withDeadline<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#client.withDeadline(Date.now() + patienceMs, call);
  }

  async #outcome(workflowId: string, runId: string): Promise<Pick<SweepRun, 'status' | 'result'>> {
    const remembered = this.#closedRuns.get(runId);
    if (remembered !== undefined) return remembered;
    const handle = this.#client.workflow.getHandle<typeof PendingBatchSweepWorkflow>(
      workflowId,
      runId,
    );
    try {
      const name = (await handle.describe()).status.name.toLowerCase();
      const status = sweepRunStatuses.find((known) => known === name) ?? 'unknown';
      const outcome = { status, result: status === 'completed' ? await handle.result() : null };
      if (status !== 'running') this.#closedRuns.set(runId, outcome);
      return outcome;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { status: 'unknown', result: null };
      throw error;
    }
  }
}
