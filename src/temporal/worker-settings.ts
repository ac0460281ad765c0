import { traceWork } from './trace-work.ts';

/** How much a worker process takes on at once. */
export const workerSettings = {
  /** Below the pool's size, so that no activity waits for a connection. */
  maxConcurrentActivityTaskExecutions: 8,
  maxCachedWorkflows: 200,
  maxHeartbeatThrottleInterval: '2s',
  /** Rows of one activity are committed piece by piece, so this is for the piece at hand. */
  shutdownGraceTime: '30s',
  ...traceWork,
} as const;
