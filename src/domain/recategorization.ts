/** `pending` → `processing` → `completed` | `failed` | `cancelled`. */
export const recategorizationStatuses = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const;

export type RecategorizationStatus = (typeof recategorizationStatuses)[number];

/** In one of these it never changes again. */
export const hasEnded = (status: RecategorizationStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** Rows to look at: all of them, or those that have no category, neither by a pattern nor by hand. */
export const recategorizationScopes = ['all', 'uncategorized'] as const;

export type RecategorizationScope = (typeof recategorizationScopes)[number];

/** Runs that may be open at once; each of them keeps two activities busy. */
export const maxOpenRecategorizations = 5;
