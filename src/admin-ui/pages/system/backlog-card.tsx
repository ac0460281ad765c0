import { Badge } from 'antd';
import { Link } from 'react-router';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { maxCountedBatches } from '../../../domain/limits.ts';
import { DateTime } from '../../components/date-time.tsx';
import { listPath } from '../../components/lists/list-path.ts';
import { isStatus } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';
import { ServerCard } from './server-cards.tsx';

/** The batches that are not ended. */
export function BacklogCard({ backlog }: { backlog: SystemBody['backlog'] }) {
  if (backlog === null)
    return (
      <ServerCard title="Backlog" state={<Badge status="default" text="Unknown" />} facts={[]}>
        The database is unreachable, or busy.
      </ServerCard>
    );
  const { pending_batch_count: pending, processing_batch_count: processing } = backlog;
  const isEmpty = pending + processing === 0;
  const batches = (status: 'pending' | 'processing', count: number) => {
    const text = `${count >= maxCountedBatches ? 'at least ' : ''}${formatCount(count)}`;
    return (
      <Link
        to={listPath('/batches', [isStatus(status)])}
        aria-label={`${text} ${status}, show the batches`}
      >
        {text}
      </Link>
    );
  };
  return (
    <ServerCard
      title="Backlog"
      state={
        <Badge
          status={isEmpty ? 'success' : 'processing'}
          text={isEmpty ? 'Nothing waits' : 'At work'}
        />
      }
      facts={[
        ['Pending batches', batches('pending', pending)],
        ['Processing batches', batches('processing', processing)],
        ['Transactions not processed', formatCount(backlog.transaction_count)],
        ['Oldest of these batches', <DateTime key="oldest" value={backlog.oldest_created_at} />],
      ]}
    />
  );
}
