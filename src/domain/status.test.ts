import { describe, expect, it } from '@jest/globals';
import { batchStatusCounts, statuses, transactionStatus } from './status.ts';

describe('transactionStatus', () => {
  it.each(statuses)('of a row that is not completed is that of its batch: %s', (batch) => {
    expect(transactionStatus('pending', batch)).toBe(batch);
    expect(transactionStatus('failed', batch)).toBe(batch);
  });

  it.each(statuses)('of a completed row stays completed while its batch is %s', (batch) => {
    expect(transactionStatus('completed', batch)).toBe('completed');
  });
});

describe('batchStatusCounts', () => {
  it('puts the rows that are not completed under the status of the batch', () => {
    expect(
      batchStatusCounts({ status: 'processing', transactionCount: 10, completedCount: 4 }),
    ).toEqual({
      pending: 0,
      processing: 6,
      completed: 4,
      failed: 0,
    });
    expect(
      batchStatusCounts({ status: 'failed', transactionCount: 10, completedCount: 10 }).failed,
    ).toBe(0);
    expect(
      batchStatusCounts({ status: 'completed', transactionCount: 3, completedCount: 3 }).completed,
    ).toBe(3);
  });
});
