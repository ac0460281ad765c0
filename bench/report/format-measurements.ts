import { formatTable } from '../../src/local/demo/text-table.ts';
import type { Measurement, Spread, Target } from '../measurement.ts';

/** Formats a table for the terminal. */
export function formatMeasurements(measurements: readonly Measurement[]): string {
  const right = { align: 'right' } as const;
  return formatTable(
    [
      { title: 'figure' },
      { title: '', ...right },
      { title: 'min–max', ...right },
      { title: 'unit' },
      { title: 'beside it' },
      { title: 'limit', ...right },
      { title: 'ratio', ...right },
      { title: 'target', ...right },
      { title: '' },
    ],
    measurements.map((each) => [
      each.name,
      formatNumber(each.figure.median),
      formatRange(each.figure),
      each.unit,
      each.limit?.name ?? '',
      each.limit === null ? '' : formatNumber(each.limit.median),
      each.ratio === null ? '' : formatRatio(each.ratio.median),
      formatTarget(each.target),
      formatVerdict(each.isReached),
    ]),
  ).join('\n');
}

/** Formats a number with its significant digits. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export const formatRange = ({ min, max }: Spread): string =>
  `${formatNumber(min)}–${formatNumber(max)}`;

export const formatRatio = (ratio: number): string => `${formatNumber(ratio)} ×`;

export function formatTarget(target: Target | null): string {
  if (target === null) return '';
  const { of, atLeast, atMost, allowance, orFigureAtMost } = target;
  const [sign, value] = atLeast === undefined ? ['≤', atMost] : ['≥', atLeast];
  const text = `${sign} ${value?.toLocaleString('en')}${of === 'ratio' ? ' ×' : ''}`;
  if (orFigureAtMost !== undefined) return `${text} or ≤ ${orFigureAtMost}`;
  return allowance === undefined ? text : `${text} + ${allowance}`;
}

export const formatVerdict = (isReached: boolean | null): string =>
  isReached === null ? '' : isReached ? 'reached' : 'missed';
