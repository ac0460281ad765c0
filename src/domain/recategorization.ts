/** `pending` → `processing` → `completed` | `failed` | `cancelled`. */
export const recategorizationStatuses = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
] as const;

export type RecategorizationStatus = (typeof recategorizationStatuses)[number];

/** Final statuses. */
export const hasEnded = (status: RecategorizationStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** The rows of a run: all of them, or those without a category. */
export const recategorizationScopes = ['all', 'uncategorized'] as const;

export type RecategorizationScope = (typeof recategorizationScopes)[number];

/** The number of runs that may be open at once. Each of them keeps two activities busy. */
export const maxOpenRecategorizations = 5;
