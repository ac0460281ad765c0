const percent = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 1,
  roundingMode: 'floor',
} as Intl.NumberFormatOptions);

/** A share from 0 to 1 in percent. It is rounded down, so that it never seems to reach a target that it misses. */
export const formatPercent = (share: number): string => percent.format(share);
