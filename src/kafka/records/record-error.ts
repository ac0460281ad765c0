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

/** What the sender or an operator can do about it. */
const advice: Record<DeadLetterReason, string> = {
  invalid_record: 'Correct the batch and send it again.',
  account_not_allowed:
    'Correct the batch and send it again, or bind its topic to an API key for these accounts and retry the batch.',
  unknown_key: 'Send the batch again with an API key that exists.',
  key_not_live: 'Bind the topic to an API key that may send transactions, and retry the batch.',
  idempotency_mismatch:
    'If this batch is wanted as well, retry it, which stores it as a batch of its own, or send it again with a new idempotency key.',
  parts_missing: 'Send the batch again.',
  not_storable: 'Find the cause in the log of the consumer, and retry the batch.',
  dead_letter_missing: 'It can no longer be retried. Send the batch again.',
};

/** A record that can't be stored, however often it is tried. The message says where and why, and quotes nothing of it. */
export class RecordError extends Error {
  readonly reason: DeadLetterReason;

  constructor(reason: DeadLetterReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'RecordError';
    this.reason = reason;
  }

  /** What happened, and what to do about it: the failure reason of the batch. */
  get failureReason(): string {
    return `${this.message} Nothing of this batch was stored. ${advice[this.reason]}`;
  }
}
