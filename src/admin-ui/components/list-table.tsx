import type { BaseRecord, HttpError } from '@refinedev/core';
import { Card, Table, type TableProps } from 'antd';
import type { HTMLAttributes, MouseEvent, ReactNode } from 'react';
import { maxListStart } from '../../domain/limits.ts';
import { ErrorState } from './states.tsx';

interface ListTableProps<Row> extends TableProps<Row> {
  /** Of useTable: what is shown when the list could not be loaded. */
  query: {
    error: HttpError | null;
    refetch: () => unknown;
    data?: object | undefined;
  };
  /** Instead of rows where there are none. */
  empty: ReactNode;
  /** Names the table for who cannot see it. */
  label: string;
}

/** A list of the API with all its states. */
export function ListTable<Row extends BaseRecord>({
  query,
  empty,
  label,
  onRow,
  ...table
}: ListTableProps<Row>) {
  const { error, data } = query;
  // The API has counted no further.
  const more = data !== undefined && 'isTotalCapped' in data && data.isTotalCapped ? '+' : '';
  const { pagination } = table;
  const { total = 0, pageSize = 10 } = pagination || {};
  const reachable = (Math.floor(maxListStart / pageSize) + 1) * pageSize;
  const beyond =
    total > reachable ? `; filter to see more than the first ${reachable.toLocaleString()}` : '';
  return (
    <Card styles={{ body: { padding: 0 } }}>
      {error !== null && table.dataSource === undefined ? (
        <ErrorState detail={error.message} onRetry={() => void query.refetch()} />
      ) : (
        <Table<Row>
          rowKey="id"
          size="middle"
          scroll={{ x: 'max-content' }}
          aria-label={label}
          {...table}
          onRow={onRow && ((row, index) => besidesControls(onRow(row, index)))}
          locale={{ emptyText: table.loading ? ' ' : empty }}
          pagination={
            pagination && {
              ...pagination,
              showSizeChanger: true,
              pageSizeOptions: [25, 50, 100],
              // The API gives no page that begins further on.
              total: Math.min(total, reachable),
              hideOnSinglePage: total <= Math.min(25, pageSize),
              showTotal: (_, [from, to]) =>
                `${from}–${to} of ${total.toLocaleString()}${more}${beyond}`,
              style: { paddingInline: 16 },
              responsive: true,
            }
          }
        />
      )}
    </Card>
  );
}

/** A click on a link or a button of a row is not one on the row: it would go to two places. */
function besidesControls(props: HTMLAttributes<unknown>): HTMLAttributes<unknown> {
  const { onClick } = props;
  if (onClick === undefined) return props;
  return {
    ...props,
    onClick(event: MouseEvent<unknown>) {
      if (event.target instanceof Element && event.target.closest('a, button, input, label'))
        return;
      onClick(event);
    },
  };
}
