import { Alert } from 'antd';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { listPath } from '../../components/lists/list-path.ts';
import { isStatus } from '../../components/transactions-path.ts';
import { pluralize } from '../../format/format-count.ts';

/** Counts the batches that wait, run or have failed. */
export function Unfinished({ unfinished }: { unfinished: DashboardBody['unfinished'] }) {
  return unfinished
    .filter(({ batch_count }) => batch_count > 0)
    .map(({ status, batch_count, open_count }) => {
      const filters = [isStatus(status)];
      return (
        <Alert
          key={status}
          showIcon
          role="status"
          type={status === 'failed' ? 'error' : 'info'}
          message={
            <>
              <Link to={listPath('/batches', filters)} style={{ textDecoration: 'underline' }}>
                {pluralize(batch_count, 'batch', 'batches')} {status}
              </Link>
              , with{' '}
              <Link to={listPath('/transactions', filters)} style={{ textDecoration: 'underline' }}>
                {pluralize(open_count, 'transaction')} not processed
              </Link>
            </>
          }
        />
      );
    });
}
