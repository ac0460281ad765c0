/**
 * How an amount has changed against the one before, as a text of whole percent; null where there was
 * nothing before. The numbers are only as exact as whole percents need.
 */
export function changeOf(now: string, before: string): string | null {
  const was = Math.abs(Number(before));
  if (was === 0) return null;
  const percent = Math.round(((Math.abs(Number(now)) - was) / was) * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent).toLocaleString()} %`;
}
