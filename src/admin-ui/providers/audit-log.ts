import type { AuditLogProvider } from '@refinedev/core';
import type { AuditEntryBody } from '../../api/admin/audit-log/schema.ts';
import { request } from './request.ts';

/** Few enough to read at a glance; the audit log has the rest. */
const shownEntries = 5;

type LogQuery = Parameters<AuditLogProvider['get']>[0];

/**
 * Reads the history of one thing, newest first. Nothing here writes entries: the API does, in the
 * database transaction of the change itself.
 */
export const auditLogProvider = {
  async get({ resource, action, meta }: LogQuery): Promise<AuditEntryBody[]> {
    const query = new URLSearchParams({ resource, _start: '0', _end: String(shownEntries) });
    if (meta?.id !== undefined) query.set('resource_id', String(meta.id));
    if (action !== undefined) query.set('action', action);
    return (await request<AuditEntryBody[]>(`audit-log?${query}`)).data;
  },
} as AuditLogProvider;
