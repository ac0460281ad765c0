import { Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';

interface PlainTableProps<Row> extends Omit<TableProps<Row>, 'locale' | 'pagination' | 'scroll'> {
  /** The table's name for screen readers. */
  label: string;
  /** Is shown in place of rows when there are none. */
  empty?: ReactNode;
  /** How many rows a page has, where the rows that there are can be too many to see. */
  pageSize?: number;
}

/** A table of rows that are all there already. Where it is wider than its place, the keyboard can scroll it too. */
export function PlainTable<Row extends object>(props: PlainTableProps<Row>) {
  const { label, empty, pageSize, ...table } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG wants what scrolls to be reachable
    <section aria-label={label} tabIndex={0} style={{ overflowX: 'auto' }}>
      <Table<Row>
        size="middle"
        aria-label={label}
        style={{ minWidth: 'max-content' }}
        {...table}
        pagination={
          pageSize === undefined
            ? false
            : { defaultPageSize: pageSize, hideOnSinglePage: true, style: { paddingInline: 16 } }
        }
        locale={{ emptyText: table.loading ? ' ' : empty }}
      />
    </section>
  );
}
