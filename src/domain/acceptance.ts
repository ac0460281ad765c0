/** `running` → `completed` | `failed`; from each of these → `undoing` → `undone` | `failed`. */
export const acceptanceStatuses = ['running', 'completed', 'failed', 'undoing', 'undone'] as const;

export type AcceptanceStatus = (typeof acceptanceStatuses)[number];

/** Statuses in which a workflow changes rows. */
export type OpenAcceptanceStatus = Extract<AcceptanceStatus, 'running' | 'undoing'>;

export const isOpenAcceptance = (status: AcceptanceStatus): status is OpenAcceptanceStatus =>
  status === 'running' || status === 'undoing';

/**
 * The number of acceptances that may be open at once: more than anybody accepts by hand while Temporal is away, and few
 * enough that batches get their turn among them.
 */
export const maxOpenAcceptances = 50;

/** The number of groups of one acceptance, which a worker holds in memory. The largest come first. */
export const maxAcceptedGroups = 10_000;
