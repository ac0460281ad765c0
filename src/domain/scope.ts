/** What an API key may do: post batches, read them and the reports, or everything under /api/admin. */
export const scopes = ['ingest', 'read', 'admin'] as const;

export type Scope = (typeof scopes)[number];
