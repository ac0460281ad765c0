const percent = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 1,
  roundingMode: 'floor',
} as Intl.NumberFormatOptions);

/** Keeps what computing with binary fractions leaves, such as 0.9999999999999998, from counting as less than all. */
const precision = 1e9;

/** A share from 0 to 1 in percent. It is rounded down, so that it never seems to reach a target that it misses. */
export const formatPercent = (share: number): string =>
  percent.format(Math.round(share * precision) / precision);
