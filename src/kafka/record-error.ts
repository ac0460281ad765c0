/** Why a record can't be stored. Stable words: metrics count by them, and operators look for them. */
export const deadLetterReasons = [
  /** It is no batch of the documented format, or a row in it is wrong. */
  'invalid_record',
  /** It has rows of accounts that its API key is not for. */
  'account_not_allowed',
  /** Its API key does not exist. */
  'unknown_key',
  /** The API key of its topic has been revoked, has expired, or may not send transactions. */
  'key_not_live',
  /** Its idempotency key has been used for another batch. */
  'idempotency_mismatch',
  /** The records that hold its rows are not there, or not those that it announces. */
  'parts_missing',
  /** The database refuses it again and again. */
  'not_storable',
  /** Its dead letter is no longer there. */
  'dead_letter_missing',
] as const;

export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** A record that can't be stored, however often it is tried. The message says where and why, and quotes nothing of it. */
export class RecordError extends Error {
  readonly reason: DeadLetterReason;

  constructor(reason: DeadLetterReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'RecordError';
    this.reason = reason;
  }
}
