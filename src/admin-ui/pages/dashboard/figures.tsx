import { Row } from 'antd';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { Figure } from '../../components/figure.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { formatCount, pluralize } from '../../format/format-count.ts';

/** What was received; each number links to the batches that it is the sum of. */
export function Figures({ dashboard }: { dashboard: DashboardBody }) {
  const { captured } = dashboard;
  const shared = {
    xs: 12,
    listName: 'batches',
    to: listPath('/batches', [
      { field: 'created_at', operator: 'gte', value: captured.since },
      { field: 'created_at', operator: 'lte', value: captured.until },
    ]),
  };
  return (
    <section aria-label="Received">
      <Row gutter={[16, 16]}>
        <Figure {...shared} label="Batches" value={formatCount(captured.batch_count)} />
        <Figure
          {...shared}
          label="Transactions"
          value={formatCount(captured.transaction_count)}
          note={`${pluralize(captured.duplicate_count, 'duplicate')} skipped`}
        />
        <Figure
          {...shared}
          label="Processed"
          value={formatCount(captured.completed_count)}
          note={share(captured.completed_count, captured.transaction_count, 'received')}
        />
        <Figure
          {...shared}
          label="Categorized"
          value={formatCount(captured.categorized_count)}
          note={share(captured.categorized_count, captured.completed_count, 'processed')}
        />
      </Row>
    </section>
  );
}

/** Rounded down, so that only all of it is 100%. */
const share = (part: number, whole: number, what: string): string | undefined =>
  whole === 0 ? undefined : `${Math.floor((part * 100) / whole)}% of ${what}`;
