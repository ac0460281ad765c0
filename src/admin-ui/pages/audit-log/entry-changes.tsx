import { Table, Typography } from 'antd';
import type { AuditEntryBody } from '../../../api/admin/audit-log/schema.ts';
import { type ChangedField, changedFields, valueText } from '../../components/changed-fields.ts';

/** What an entry changed, field by field. */
export function EntryChanges({ entry }: { entry: AuditEntryBody }) {
  const changes = changedFields(entry.before, entry.after);
  return (
    <>
      {changes.length > 0 && (
        <Table<ChangedField>
          rowKey="field"
          size="small"
          pagination={false}
          style={{ maxWidth: 860, marginBottom: 8 }}
          dataSource={changes}
          columns={[
            { title: 'Field', dataIndex: 'field', render: (field: string) => words(field) },
            {
              title: 'Before',
              dataIndex: 'before',
              render: (value) => <Value value={value} isGone />,
            },
            { title: 'After', dataIndex: 'after', render: (value) => <Value value={value} /> },
          ]}
        />
      )}
      {entry.request_id !== null && (
        <Typography.Text type="secondary">Request {entry.request_id}</Typography.Text>
      )}
    </>
  );
}

const words = (field: string): string => field.replaceAll('_', ' ');

function Value({ value, isGone = false }: { value: unknown; isGone?: boolean }) {
  const text = valueText(value);
  return (
    <span style={{ wordBreak: 'break-word', whiteSpace: 'pre-wrap' }}>
      {isGone && text !== '–' ? <del>{text}</del> : text}
    </span>
  );
}
