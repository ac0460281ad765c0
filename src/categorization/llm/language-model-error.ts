/**
 * What went wrong with a call:
 *
 * - `refused`: by what is configured; trying again is no use (a wrong key, no such model).
 * - `busy`: the endpoint asks to wait.
 * - `unanswered`: nothing came back in time, or the endpoint is out of order; trying later may help.
 * - `unreadable`: what came back is no answer of a language model.
 */
export type LanguageModelErrorKind = 'refused' | 'busy' | 'unanswered' | 'unreadable';

/** An error of the endpoint. Its message is made of our own words: what the endpoint says may quote the merchant. */
export class LanguageModelError extends Error {
  readonly kind: LanguageModelErrorKind;
  /** Whether the endpoint may have charged for the call. */
  readonly isCharged: boolean;
  /** How long the endpoint asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: LanguageModelErrorKind,
    message: string,
    options: { isCharged?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = 'LanguageModelError';
    this.kind = kind;
    this.isCharged = options.isCharged ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
