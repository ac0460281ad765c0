const dayMs = 86_400_000;

/** Returns a UTC date, `YYYY-MM-DD`. Negative numbers are in the future. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
