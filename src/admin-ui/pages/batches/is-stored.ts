import type { AdminBatchBody } from '../../../api/admin/batches/schema.ts';

/** Whether it has rows, which are processed. A batch that stands for a dead letter of Kafka has none. */
export const isStored = ({ workflow }: AdminBatchBody): boolean => workflow !== null;
