import { Alert, Flex } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import type { Status } from '../../../domain/status.ts';
import { isStatus, transactionsPath } from '../../components/transactions-path.ts';
import { formatCount } from '../../format/format-count.ts';

const openStatuses = ['pending', 'processing', 'failed'] as const satisfies Status[];

/** Counts transactions of all currencies that are in the figures, but have no category yet. */
export function ProcessingStatus({ overview }: { overview: OverviewAnswer }) {
  const { account_id, current, processing_status } = overview;
  const open = openStatuses.filter((status) => processing_status[status] > 0);
  if (open.length === 0) return null;
  return (
    <Alert
      showIcon
      role="status"
      type={processing_status.failed > 0 ? 'error' : 'info'}
      message={
        <Flex wrap gap={12}>
          <span>Not processed, so uncategorized:</span>
          {open.map((status) => (
            <Link
              key={status}
              to={transactionsPath({ accountId: account_id, period: current.date_range }, [
                isStatus(status),
              ])}
              style={{ textDecoration: 'underline' }}
            >
              {formatCount(processing_status[status])} {status}
            </Link>
          ))}
        </Flex>
      }
    />
  );
}
