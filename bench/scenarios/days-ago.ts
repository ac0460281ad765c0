const dayMs = 86_400_000;

/** `YYYY-MM-DD` in UTC; a negative number lies ahead. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
