import { isConnected } from '../consumer-metrics.ts';

/** Brokers are back within minutes. A process that is not back by then may need a new one in its place. */
const maxAwayMs = 5 * 60_000;

/** Whether this process is a member of its group, by which health checks and metrics judge it. */
export class GroupMembership {
  #awaySince: number | null = performance.now();

  set isMember(isMember: boolean) {
    isConnected.set(isMember ? 1 : 0);
    if (isMember) this.#awaySince = null;
    else this.#awaySince ??= performance.now();
  }

  get isHealthy(): boolean {
    return this.#awaySince === null || performance.now() - this.#awaySince < maxAwayMs;
  }
}
