/** How often something was found in the cache, and how often not, since the process started. */
export interface LookupCounts {
  hits: number;
  misses: number;
}
