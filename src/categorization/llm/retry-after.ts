/** An endpoint can't keep us waiting for longer; the next run comes within the hour anyway. */
const maxWaitMs = 3_600_000;

/** Reads a Retry-After header (RFC 9110): seconds, or a date. Returns undefined for none, and for nonsense. */
export function retryAfterMs(
  header: string | null | undefined,
  now = Date.now(),
): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return waitMs > 0 ? Math.min(waitMs, maxWaitMs) : undefined;
}
