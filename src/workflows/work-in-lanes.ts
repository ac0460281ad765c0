import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs the lane several times at once, and returns when all have ended. One that fails cancels the
 * others, so that nothing goes on behind work that counts as failed.
 */
export async function workInLanes(laneCount: number, lane: () => Promise<void>): Promise<void> {
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const running = Array.from({ length: laneCount }, lane);
    try {
      await Promise.all(running);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}
