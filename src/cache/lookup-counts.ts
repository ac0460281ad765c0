/** Counts of look-ups since the process started. */
export interface LookupCounts {
  hits: number;
  misses: number;
}
