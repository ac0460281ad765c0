import { listPath } from '../../components/list-path.ts';

/** The address of a batch's transactions, all of them or those that one more filter lets pass. */
export function rowsPath(batchId: string, field?: string, value?: string): string {
  const ofBatch = { field: 'batch_id', operator: 'eq', value: batchId } as const;
  return listPath(
    '/transactions',
    field === undefined ? [ofBatch] : [ofBatch, { field, operator: 'eq', value }],
  );
}
