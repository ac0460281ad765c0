import { CancellationScope } from '@temporalio/workflow';

/**
 * Runs the work `count` times at once, and returns when all runs have ended. One that fails cancels the
 * others, so that nothing goes on behind work that counts as failed.
 */
export async function runInParallel(count: number, work: () => Promise<void>): Promise<void> {
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const running = Array.from({ length: count }, work);
    try {
      await Promise.all(running);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}
