import { expect, it } from '@jest/globals';
import { PartitionProgress } from './partition-progress.ts';

it('commits up to the lowest record that is not finished', () => {
  const progress = new PartitionProgress(5n);
  expect(progress.committable).toBe(5n);
  for (const offset of [5n, 6n, 9n]) progress.take(offset);
  expect(progress.position).toBe(10n);
  progress.finish(6n);
  expect(progress.committable).toBe(5n);
  progress.finish(5n);
  expect(progress.committable).toBe(9n);
  expect(progress.openCount).toBe(1);
  expect(progress.ahead).toBe(1n);
  progress.finish(9n);
  expect(progress.committable).toBe(10n);
});

it('goes on behind what holds no record, once all before is finished', () => {
  const progress = new PartitionProgress(0n);
  progress.take(0n);
  progress.skipTo(4n);
  expect(progress.position).toBe(4n);
  expect(progress.committable).toBe(0n);
  progress.finish(0n);
  expect(progress.committable).toBe(4n);
});

it('ignores a record that it does not know, which another assignment has read', () => {
  const progress = new PartitionProgress(7n);
  progress.take(7n);
  progress.finish(3n);
  expect(progress.committable).toBe(7n);
});
