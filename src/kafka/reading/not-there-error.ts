import type { RecordError } from '../records/record-error.ts';

/**
 * Kafka does not have a record that should be there. A new leader of a partition does not show at once all that was
 * acknowledged, so it may only be a moment's view. `verdict` is what is true where it stays so.
 */
export class NotThereError extends Error {
  readonly verdict: RecordError;

  constructor(verdict: RecordError, options: { cause?: unknown } = {}) {
    super(verdict.message, options);
    this.name = 'NotThereError';
    this.verdict = verdict;
  }
}
