import { type HttpError, useLogList, useSubscription } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import { Link } from 'react-router';
import type { AuditEntryBody } from '../../api/admin/audit-log/schema.ts';
import { actionWord } from './audit-words.ts';
import { changedFields, valueText } from './changed-fields.ts';
import { DateTime } from './date-time.tsx';
import { listPath } from './lists/list-path.ts';
import { ErrorState, LoadingState } from './states.tsx';

interface HistoryProps {
  /** As the audit log names it. */
  resource: string;
  id: number;
}

/** The last changes of a thing and who made them; the audit log has the rest. */
export function History({ resource, id }: HistoryProps) {
  const { data, error, refetch } = useLogList<AuditEntryBody[], HttpError>({
    resource,
    meta: { id },
  });
  useSubscription({ channel: 'resources/audit-log', onLiveEvent: () => void refetch() });

  return (
    <section aria-label="History">
      <Flex justify="space-between" align="baseline" gap={12}>
        <Typography.Title level={2} style={{ fontSize: 17, marginTop: 8 }}>
          History
        </Typography.Title>
        <Link
          to={listPath('/audit-log', [
            { field: 'resource', operator: 'eq', value: resource },
            { field: 'resource_id', operator: 'eq', value: id },
          ])}
        >
          View all
        </Link>
      </Flex>
      {error !== null ? (
        <ErrorState detail={error.message} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <LoadingState rows={2} />
      ) : data.length === 0 ? (
        <Typography.Text type="secondary">No changes yet.</Typography.Text>
      ) : (
        <ul className="plain-list">
          {data.map((entry) => (
            <li key={entry.id} style={{ padding: '6px 0' }}>
              <Entry entry={entry} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Entry({ entry: { actor_name, action, at, before, after } }: { entry: AuditEntryBody }) {
  // Creating and deleting change no single fields, and ids say nothing that names don't.
  const isChange = before !== null && after !== null;
  const changes = isChange
    ? changedFields(before, after).filter(({ field }) => !field.endsWith('_id'))
    : [];
  return (
    <>
      <Flex wrap justify="space-between" gap="0 12px">
        <span style={{ wordBreak: 'break-word' }}>
          <Typography.Text strong>{actor_name}</Typography.Text> {actionWord(action)}
        </span>
        <Typography.Text type="secondary">
          <DateTime value={at} />
        </Typography.Text>
      </Flex>
      {changes.map((change) => (
        <div key={change.field} style={{ wordBreak: 'break-word' }}>
          <Typography.Text type="secondary">{change.field.replaceAll('_', ' ')} </Typography.Text>
          <del>{valueText(change.before)}</del> → {valueText(change.after)}
        </div>
      ))}
    </>
  );
}
