import type { ColumnType } from 'antd/es/table/interface';
import { formatCount } from '../../format/format-count.ts';

/** A column of right-aligned counts. */
export const countColumn = (title: string, dataIndex: string | string[]) =>
  ({
    title,
    dataIndex,
    align: 'right',
    className: 'numeric',
    render: (count?: number) => (count === undefined ? '–' : formatCount(count)),
  }) satisfies ColumnType;
