/**
 * Preloaded into a process that a test measures: tells over IPC how long the event loop was held up at
 * most, counted in processor time, so that it does not matter what else the machine does meanwhile.
 */
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

let longestMs = 0;
let last = usedMs();
// Timers come once in each turn of the event loop.
setInterval(() => {
  const now = usedMs();
  longestMs = Math.max(longestMs, now - last);
  last = now;
}, 1).unref();

process.on('message', () => {
  // Behind the timer of the turn that the question came in.
  setTimeout(() => {
    process.send?.(longestMs);
    longestMs = 0;
  }, 10);
});
// It ends when it is told to, although it could still be asked; and when the test that asks was killed.
process.channel?.unref();
process.on('disconnect', () => process.exit());
