/**
 * PostgreSQL keeps two spaces of advisory locks: of one 64-bit number, and of two numbers of 32 bits. All of
 * Tallyflow's are in the second one, under this class, so that they differ from those of anything else that
 * uses the database. It is "tall" in ASCII.
 */
const lockClass = 0x74616c6c;

const named = (number: number): string => `${lockClass}, ${number}`;

/**
 * Every advisory lock that Tallyflow takes, as the arguments of pg_advisory_xact_lock() and its relatives. Locks
 * are taken by these names alone, never by a number that is made of data: whoever could choose the number
 * could hold up everybody else. Functions of the database write the numbers out; a test compares them.
 */
export const advisoryLocks = {
  /** Held by whoever migrates the schema. */
  migrations: named(1),
  /** Held while a role gets its rights, which changes entries of the catalogue. */
  rights: named(2),
  /** Held for the moment in which reserve_transaction_ids() moves the sequence. */
  transactionIds: named(3),
  /** Held by whoever rolls up totals or builds search ranges, and by whoever moves a whole category. */
  totals: named(4),
  /** Shared by whoever changes rows that are in the totals; held alone by whoever gives an account totals. */
  totalsChanges: named(5),
  /** Held while a category is removed. */
  categoryRemoval: named(6),
  /** Held while a recategorization is created, for which the open ones are counted. */
  recategorizations: named(7),
  /** Held while an acceptance is created, for which the open ones are counted. */
  acceptances: named(8),
  /** Held by whoever stores, deletes or activates a learned version, or requests a training that is due. */
  learnedVersions: named(9),
  /** Held while the decisions to confirm in a week are drawn. */
  sampledDecisions: named(10),
  /** Held by whoever writes API keys to Kafka, so that a later state of a key cannot overtake an earlier one. */
  publishedApiKeys: named(11),
} as const;
