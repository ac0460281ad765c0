import { Alert } from 'antd';
import { Link } from 'react-router';
import type { DashboardBody } from '../../../api/admin/dashboard/schema.ts';
import { listPath } from '../../components/list-path.ts';

/** Batches that wait, run or have failed; nothing where there are none. */
export function Unfinished({ unfinished }: { unfinished: DashboardBody['unfinished'] }) {
  return unfinished
    .filter(({ batch_count }) => batch_count > 0)
    .map(({ status, batch_count, open_count }) => {
      const isStatus = [{ field: 'status', operator: 'eq', value: status } as const];
      return (
        <Alert
          key={status}
          showIcon
          role="status"
          type={status === 'failed' ? 'error' : 'info'}
          message={
            <>
              <Link to={listPath('/batches', isStatus)} style={{ textDecoration: 'underline' }}>
                {batch_count.toLocaleString()} {batch_count === 1 ? 'batch' : 'batches'} {status}
              </Link>
              , with{' '}
              <Link
                to={listPath('/transactions', isStatus)}
                style={{ textDecoration: 'underline' }}
              >
                {open_count.toLocaleString()} {open_count === 1 ? 'transaction' : 'transactions'}{' '}
                not processed
              </Link>
            </>
          }
        />
      );
    });
}
