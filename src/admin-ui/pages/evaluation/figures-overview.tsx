import { Descriptions } from 'antd';
import type { FiguresBody } from '../../../api/admin/learning/schema.ts';
import { PrecisionBar } from '../../components/precision-bar.tsx';
import { formatCount } from '../../format/format-count.ts';

/** One set of figures, large enough to read without a table. */
export function FiguresOverview({ figures }: { figures: FiguresBody }) {
  return (
    <Descriptions
      size="small"
      layout="vertical"
      colon={false}
      column={{ xs: 1, sm: 2, md: 2, lg: 4, xl: 4, xxl: 4 }}
      items={[
        {
          key: 'coverage',
          label: 'Coverage',
          children: <PrecisionBar share={figures.coverage} />,
        },
        {
          key: 'precision',
          label: 'Precision',
          children: (
            <PrecisionBar share={figures.precision} interval={figures.precision_interval} />
          ),
        },
        { key: 'rows', label: 'Transactions', children: formatCount(figures.row_count) },
        {
          key: 'right',
          label: 'Right decisions',
          children: `${formatCount(figures.right_count)} of ${formatCount(figures.answer_count)}`,
        },
      ]}
    />
  );
}
