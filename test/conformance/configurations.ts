/** Limits that cases can reach, the same on both sides. */
export const mainLimits = {
  MAX_BATCH_ROWS: 200,
  MAX_BODY_BYTES: 600_000,
  MAX_STREAM_ROWS: 12_000,
  MAX_STREAM_BYTES: 3_000_000,
  UNAUTHENTICATED_PER_MINUTE: 1_000_000,
};

/** Limits by the minute that a few requests reach. */
export const strictLimits = {
  MAX_BATCH_ROWS: 5,
  MAX_STREAM_ROWS: 5,
  MAX_BODY_BYTES: 2_000,
  MAX_STREAM_BYTES: 2_000,
  RATE_LIMIT_PER_MINUTE: 4,
  RATE_LIMIT_ROWS_PER_MINUTE: 8,
  RATE_LIMIT_BYTES_PER_MINUTE: 3_000,
  UNAUTHENTICATED_PER_MINUTE: 3,
};
