/** `running` → `completed` | `failed`; from each of these → `undoing` → `undone` | `failed`. */
export const acceptanceStatuses = ['running', 'completed', 'failed', 'undoing', 'undone'] as const;

export type AcceptanceStatus = (typeof acceptanceStatuses)[number];

/** Statuses in which a workflow changes rows. */
export type OpenAcceptanceStatus = Extract<AcceptanceStatus, 'running' | 'undoing'>;

export const isOpenAcceptance = (status: AcceptanceStatus): status is OpenAcceptanceStatus =>
  status === 'running' || status === 'undoing';

/** The number of acceptances that may be open at once: more than anybody accepts by hand while Temporal is away. */
export const maxOpenAcceptances = 50;

/** Those that change rows at once. The others wait, so that most of a worker is left to batches. */
export const maxRunningAcceptances = 3;

/** The number of groups of one acceptance, which a worker holds in memory. The largest come first. */
export const maxAcceptedGroups = 10_000;
