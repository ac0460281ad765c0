import { Progress } from 'antd';
import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';

export function BatchProgress({ batch }: { batch: AdminBatchBody }) {
  const { transaction_count, processing_status, status } = batch;
  const share = transaction_count === 0 ? 1 : processing_status.completed / transaction_count;
  return (
    <Progress
      percent={Math.floor(share * 100)}
      size="small"
      aria-label="Processed"
      status={status === 'failed' ? 'exception' : share === 1 ? 'success' : 'active'}
      style={{ minWidth: 120, margin: 0 }}
    />
  );
}
