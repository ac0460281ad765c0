import { percentile } from './percentile.ts';

export type Unit =
  | 'rows/s'
  | 'batches/s'
  | 'requests/s'
  | 'ms'
  | 'µs'
  | 'MB'
  | 'bytes'
  | 'transitions'
  | 'batches'
  | '%';

/** The median and the extremes of the repeats. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  repeats: number;
}

/** What a measurement must reach, as a figure or as a ratio to its limit. */
export interface Target {
  of: 'figure' | 'ratio';
  atLeast?: number;
  atMost?: number;
  /** Added to the allowed multiple of the limit, in the unit of the figure. */
  allowance?: number;
  /** A figure up to this value is good, whatever the ratio. */
  orFigureAtMost?: number;
}

export interface Measurement {
  name: string;
  unit: Unit;
  figure: Spread;
  limit: (Spread & { name: string }) | null;
  /** Figure divided by limit, for each repeat, since both ran on the machine in the same state. */
  ratio: Spread | null;
  /** Null if the figure is only reported. */
  target: Target | null;
  isReached: boolean | null;
}

export function spread(values: readonly number[]): Spread {
  return {
    median: percentile(values, 0.5),
    min: Math.min(...values),
    max: Math.max(...values),
    repeats: values.length,
  };
}

/** A figure and its limit. The values of a repeat have the same index. */
export function compared(
  name: string,
  unit: Unit,
  figures: readonly number[],
  limit: { name: string; values: readonly number[] },
  target: Omit<Target, 'of'> | null,
): Measurement {
  const ratios = figures.map((figure, index) => figure / (limit.values[index] as number));
  return judged({
    name,
    unit,
    figure: spread(figures),
    limit: { name: limit.name, ...spread(limit.values) },
    ratio: spread(ratios),
    target: target && { of: 'ratio', ...target },
  });
}

/** A figure without a limit. */
export function alone(
  name: string,
  unit: Unit,
  figures: readonly number[],
  target: Omit<Target, 'of'> | null,
): Measurement {
  return judged({
    name,
    unit,
    figure: spread(figures),
    limit: null,
    ratio: null,
    target: target && { of: 'figure', ...target },
  });
}

function judged(measurement: Omit<Measurement, 'isReached'>): Measurement {
  const { target, figure, limit, ratio } = measurement;
  if (target === null) return { ...measurement, isReached: null };
  const { atLeast = -Infinity, atMost = Infinity, allowance, orFigureAtMost } = target;
  if (orFigureAtMost !== undefined && figure.median <= orFigureAtMost)
    return { ...measurement, isReached: true };
  if (allowance !== undefined && limit !== null)
    return { ...measurement, isReached: figure.median <= limit.median * atMost + allowance };
  const value = (target.of === 'ratio' && ratio !== null ? ratio : figure).median;
  return { ...measurement, isReached: value >= atLeast && value <= atMost };
}
