/** Logs that something is up, and how long the start took. */
export async function reportStart<Started>(
  label: string,
  log: (message: string) => void,
  starting: Promise<Started>,
): Promise<Started> {
  const startedAt = Date.now();
  const started = await starting;
  log(`  ${label} is up (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
  return started;
}
