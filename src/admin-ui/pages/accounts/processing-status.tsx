import { Alert, Flex } from 'antd';
import { Link } from 'react-router';
import type { OverviewAnswer } from '../../../api/admin/accounts/schema.ts';
import type { Status } from '../../../domain/status.ts';
import { rowsPath } from '../../components/rows-path.ts';

const openStatuses = ['pending', 'processing', 'failed'] as const satisfies Status[];

/** Of all currencies: what counts in the figures though it has no category yet. Nothing when all is done. */
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
          <span>Not processed, and so without a category:</span>
          {open.map((status) => (
            <Link
              key={status}
              to={rowsPath({ accountId: account_id, period: current.date_range }, [
                { field: 'status', operator: 'eq', value: status },
              ])}
              style={{ textDecoration: 'underline' }}
            >
              {processing_status[status].toLocaleString()} {status}
            </Link>
          ))}
        </Flex>
      }
    />
  );
}
