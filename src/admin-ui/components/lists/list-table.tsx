import type { BaseRecord, HttpError } from '@refinedev/core';
import { Card, Table, type TableProps } from 'antd';
import type { HTMLAttributes, MouseEvent, ReactNode } from 'react';
import { maxListStart } from '../../../domain/limits.ts';
import { formatCount } from '../../format/format-count.ts';
import { ErrorState } from '../states.tsx';

interface ListTableProps<Row> extends TableProps<Row> {
  /** The query of useTable, whose error is shown in place of the list. */
  query: {
    error: HttpError | null;
    refetch: () => unknown;
    data?: object | undefined;
  };
  /** Is shown in place of rows when there are none. */
  empty: ReactNode;
  /** The table's name for screen readers. */
  label: string;
}

/** A list of the API: its rows, or that it is loading, empty or failed. */
export function ListTable<Row extends BaseRecord>({
  query,
  empty,
  label,
  onRow,
  ...table
}: ListTableProps<Row>) {
  const { error, data } = query;
  // The API stops counting at a limit.
  const more = data !== undefined && 'isTotalCapped' in data && data.isTotalCapped ? '+' : '';
  const { pagination } = table;
  const { total = 0, pageSize = 10 } = pagination || {};
  const reachable = (Math.floor(maxListStart / pageSize) + 1) * pageSize;
  const beyond =
    total > reachable ? `. Use filters to see more than the first ${formatCount(reachable)}.` : '';
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
              // The API returns no page that starts further on.
              total: Math.min(total, reachable),
              hideOnSinglePage: total <= Math.min(25, pageSize),
              showTotal: (_, [from, to]) =>
                `${formatCount(from)}–${formatCount(to)} of ${formatCount(total)}${more}${beyond}`,
              style: { paddingInline: 16 },
              responsive: true,
            }
          }
        />
      )}
    </Card>
  );
}

/** Ignores clicks on links and buttons of a row, which would otherwise lead to two places. */
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
