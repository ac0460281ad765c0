const percent = new Intl.NumberFormat(undefined, { style: 'percent', signDisplay: 'exceptZero' });

/**
 * How much larger an amount is than the previous one, in whole percent; null where the previous one is
 * zero. Floating-point numbers are exact enough for that.
 */
export function formatChange(current: string, previous: string): string | null {
  const base = Math.abs(Number(previous));
  return base === 0 ? null : percent.format((Math.abs(Number(current)) - base) / base);
}
