import type { DescribedError } from './describe-error.ts';

/** All that is said of an error. What is not here is not sent. */
export interface ErrorEvent {
  level: 'fatal' | 'error' | 'warning';
  /** A text of ours. */
  message?: string;
  /** The innermost cause first. */
  exceptions?: DescribedError[];
  /** Events with the same fingerprint are one issue; without one, the stacks decide. */
  fingerprint?: string[];
  tags: Record<string, string | undefined>;
  trace?: { trace_id: string; span_id: string };
  /** Events of the same kind that were not sent, in the hour before. */
  unsentCount: number;
}
