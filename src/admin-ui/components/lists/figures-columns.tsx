import type { TableColumnsType } from 'antd';
import type { FiguresBody } from '../../../api/admin/learning/schema.ts';
import { PrecisionBar } from '../precision-bar.tsx';
import { countColumn } from './count-column.tsx';

/** Coverage and precision, for rows of anything that was measured. */
export const shareColumns = <
  Row extends Pick<FiguresBody, 'coverage' | 'precision' | 'precision_interval'>,
>(): TableColumnsType<Row> => [
  {
    title: 'Coverage',
    dataIndex: 'coverage',
    render: (coverage: number | null) => <PrecisionBar share={coverage} />,
  },
  {
    title: 'Precision',
    dataIndex: 'precision',
    render: (precision: number | null, { precision_interval }) => (
      <PrecisionBar share={precision} interval={precision_interval} />
    ),
  },
];

/** The same, with the number of rows that they were measured on. */
export const figuresColumns = <Row extends FiguresBody>(): TableColumnsType<Row> => [
  countColumn('Transactions', 'row_count'),
  ...shareColumns<Row>(),
];
