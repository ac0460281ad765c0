/**
 * Preloaded into a process that a test measures. Reports over IPC the longest time that the event loop was held up. It
 * counts processor time, so that it does not matter what else the machine does.
 */
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

let longestMs = 0;
let last = usedMs();
// Timers run once in each turn of the event loop.
setInterval(() => {
  const now = usedMs();
  longestMs = Math.max(longestMs, now - last);
  last = now;
}, 1).unref();

process.on('message', () => {
  // The answer follows the timer of the turn in which the question arrived.
  setTimeout(() => {
    const measuredMs = longestMs;
    // The garbage of one body must not count for the next.
    globalThis.gc?.();
    last = usedMs();
    longestMs = 0;
    process.send?.(measuredMs);
  }, 10);
});
// The open channel must not keep the process alive, and the process ends when the test that asks was killed.
process.channel?.unref();
process.on('disconnect', () => process.exit());
