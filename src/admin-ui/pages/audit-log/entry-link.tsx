import { Link } from 'react-router';
import type { AuditEntryBody } from '../../../api/admin/audit-log/schema.ts';
import { listPath } from '../../components/lists/list-path.ts';

/** Resources whose entries have a page of their own. */
const resourcesWithPages = ['categories', 'transactions', 'batches'];

/** Where entries are shown whose resource has no list of its own; null for nowhere. */
const otherPaths: Record<string, (id: string) => string | null> = {
  categorizers: () => '/categorizers',
  trainings: () => '/categorizers',
  'learned-versions': (id) => `/evaluation?version=${id}`,
  acceptances: () => null,
};

/** Names what an entry is about, as it was called then, with a link to it while it exists. */
export function EntryLink({ entry }: { entry: AuditEntryBody }) {
  const { resource, resource_id: id, still_exists } = entry;
  const text = isAboutSelf(entry) ? 'themselves' : (nameOf(entry) ?? id ?? '');
  const path = still_exists && id !== null ? pathOf(resource, id) : null;
  return path === null ? <span>{text}</span> : <Link to={path}>{text}</Link>;
}

function pathOf(resource: string, id: string): string | null {
  const otherPath = otherPaths[resource];
  if (otherPath !== undefined) return otherPath(id);
  return resourcesWithPages.includes(resource)
    ? `/${resource}/${id}`
    : listPath(`/${resource}`, [{ field: 'id', operator: 'eq', value: id }]);
}

/** Whether users acted on their own account, such as by signing in. */
const isAboutSelf = ({ actor_type, actor_id, resource, resource_id }: AuditEntryBody): boolean =>
  actor_type === 'user' && resource === 'users' && resource_id === String(actor_id);

function nameOf({ before, after }: AuditEntryBody): string | undefined {
  const { name, pattern, email, of } = { ...(before as Named | null), ...(after as Named | null) };
  return name ?? pattern ?? email ?? of;
}

interface Named {
  name?: string;
  pattern?: string;
  /** The address of a user who failed to sign in. */
  email?: string;
  /** What was exported. */
  of?: string;
}
