import { Link } from 'react-router';
import type { AuditEntryBody } from '../../../api/admin/audit-log/schema.ts';
import { listPath } from '../../components/lists/list-path.ts';

/** Resources whose entries have a page of their own. */
const resourcesWithPages = ['categories', 'transactions', 'batches'];

/** Names what an entry is about, as it was called then, with a link to it while it exists. */
export function EntryLink({ entry }: { entry: AuditEntryBody }) {
  const { resource, resource_id: id, still_exists } = entry;
  const text = isAboutSelf(entry) ? 'themselves' : (nameOf(entry) ?? id ?? '');
  if (!still_exists || id === null) return <span>{text}</span>;
  return <Link to={pathOf(resource, id)}>{text}</Link>;
}

const pathOf = (resource: string, id: string): string =>
  resourcesWithPages.includes(resource)
    ? `/${resource}/${id}`
    : listPath(`/${resource}`, [{ field: 'id', operator: 'eq', value: id }]);

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
