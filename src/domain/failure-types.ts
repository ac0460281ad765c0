/** Stable types of failures in Temporal, which retry policies and operators depend on. */
export const failureTypes = {
  /** The database can't be reached; waiting helps. */
  databaseUnavailable: 'DatabaseUnavailable',
  /** Anything else that went wrong in an activity; trying again may help. */
  activityFailed: 'ActivityFailed',
  /** The batch does not exist; trying again is no use. */
  batchNotFound: 'BatchNotFound',
  /** How the workflow of a failed batch ends. */
  batchFailed: 'BatchFailed',
  /** The recategorization does not exist; trying again is no use. */
  recategorizationNotFound: 'RecategorizationNotFound',
  /** How the workflow of a failed recategorization ends. */
  recategorizationFailed: 'RecategorizationFailed',
  /** The acceptance does not exist; trying again is no use. */
  acceptanceNotFound: 'AcceptanceNotFound',
  /** As many acceptances run as may; waiting helps. */
  acceptanceWaits: 'AcceptanceWaits',
  /** How the workflow of a failed acceptance ends. */
  acceptanceFailed: 'AcceptanceFailed',
  /** The language model's endpoint is away, or asks to wait; trying again may help. */
  languageModelUnavailable: 'LanguageModelUnavailable',
  /** The language model's endpoint refuses what is configured; trying again is no use. */
  languageModelRefused: 'LanguageModelRefused',
  /** How the workflow of the language model ends when it fails. */
  languageModelFailed: 'LanguageModelFailed',
} as const;
