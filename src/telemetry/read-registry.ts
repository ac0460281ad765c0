import { type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

/** A metric's current values, or a part of them, and what to call once they have arrived. */
export interface ReadMetric {
  data: MetricData;
  confirm(): void;
}

interface Distribution {
  count: number;
  sum: number;
  /** One for each bound, and one for all above. */
  bucketCounts: number[];
}

/** What has arrived of a series, so that the next delta begins there. */
interface Arrived {
  value: number | Distribution;
  at: HrTime;
}

type Sample = MetricValue<string> & { metricName?: string };
type Labels = Record<string, string | number>;

interface Series<Value> {
  labels: Labels;
  value: Value;
}

/**
 * Reads the registry of Prometheus metrics as OpenTelemetry metrics, under the same names. With delta temporality,
 * counts are those since the last values that have arrived, so that a collector that was away misses nothing, and series
 * without a change are left out.
 */
export class RegistryReader {
  readonly #registry: Registry;
  readonly #isDelta: boolean;
  readonly #startTime: HrTime = now();
  readonly #arrived = new Map<string, Arrived>();

  constructor(registry: Registry, temporality: 'cumulative' | 'delta') {
    this.#registry = registry;
    this.#isDelta = temporality === 'delta';
  }

  /** At most `maxPoints` in each of the results; a metric of more series comes in parts. */
  async read(maxPoints: number): Promise<ReadMetric[]> {
    const metrics = (await this.#registry.getMetricsAsJSON()) as MetricObjectWithValues<
      MetricValue<string>
    >[];
    const time = now();
    return metrics.flatMap((metric) => this.#readMetric(metric, time, maxPoints));
  }

  #readMetric(
    { name, help, type, values }: MetricObjectWithValues<MetricValue<string>>,
    endTime: HrTime,
    maxPoints: number,
  ): ReadMetric[] {
    const base = {
      descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: this.#isDelta
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE,
    };
    // The typings say that the type is an enum, and it is a string.
    const kind = String(type);
    if (kind === 'gauge') {
      const series = values.filter(({ value }) => Number.isFinite(value)).map(toSeries);
      return chunk(series, maxPoints).map((part) => ({
        data: {
          ...base,
          dataPointType: DataPointType.GAUGE,
          dataPoints: part.map(({ labels, value }) => ({
            attributes: labels,
            startTime: endTime,
            endTime,
            value,
          })),
        },
        confirm() {},
      }));
    }
    if (kind === 'counter') {
      const changed = this.#changesOf(name, values.map(toSeries), subtract);
      return chunk(changed, maxPoints).map((part) => ({
        data: {
          ...base,
          dataPointType: DataPointType.SUM,
          isMonotonic: true,
          dataPoints: part.map(({ labels, startTime, change }) => ({
            attributes: labels,
            startTime,
            endTime,
            value: change,
          })),
        },
        confirm: () => this.#confirm(part, endTime),
      }));
    }
    if (kind === 'histogram') {
      const { bounds, series } = toDistributions(name, values);
      const changed = this.#changesOf(name, series, subtractDistributions);
      return chunk(changed, maxPoints).map((part) => ({
        data: {
          ...base,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: part.map(({ labels, startTime, change }) => ({
            attributes: labels,
            startTime,
            endTime,
            value: {
              count: change.count,
              sum: change.sum,
              buckets: { boundaries: bounds, counts: change.bucketCounts },
            },
          })),
        },
        confirm: () => this.#confirm(part, endTime),
      }));
    }
    return [];
  }

  #changesOf<Value extends number | Distribution>(
    name: string,
    series: Series<Value>[],
    subtractFrom: (value: Value, arrived: Value) => Value,
  ) {
    const changes = series.map(({ labels, value }) => {
      const key = `${name} ${JSON.stringify(labels)}`;
      const arrived = this.#isDelta ? this.#arrived.get(key) : undefined;
      return {
        key,
        labels,
        value,
        startTime: arrived?.at ?? this.#startTime,
        change: arrived === undefined ? value : subtractFrom(value, arrived.value as Value),
      };
    });
    return this.#isDelta ? changes.filter(({ change }) => !isZero(change)) : changes;
  }

  #confirm(part: { key: string; value: number | Distribution }[], at: HrTime): void {
    if (this.#isDelta) for (const { key, value } of part) this.#arrived.set(key, { value, at });
  }
}

const now = (): HrTime => {
  const ms = Date.now();
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
};

/** By the suffixes of Prometheus, in the words of UCUM. */
function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '';
}

const toSeries = ({ labels, value }: MetricValue<string>): Series<number> => ({
  labels: labels as Labels,
  value,
});

const subtract = (value: number, arrived: number): number => value - arrived;

const subtractDistributions = (value: Distribution, arrived: Distribution): Distribution => ({
  count: value.count - arrived.count,
  sum: value.sum - arrived.sum,
  bucketCounts: value.bucketCounts.map(
    (count, index) => count - (arrived.bucketCounts[index] ?? 0),
  ),
});

const isZero = (change: number | Distribution): boolean =>
  typeof change === 'number' ? change === 0 : change.count === 0;

/** Prometheus counts in each bucket what is below its bound, OpenTelemetry what is between two bounds. */
function toDistributions(
  name: string,
  samples: readonly Sample[],
): { bounds: number[]; series: Series<Distribution>[] } {
  const bounds = [
    ...new Set(samples.map(({ labels }) => Number(labels.le)).filter(Number.isFinite)),
  ].sort((a, b) => a - b);
  const series = new Map<string, Series<Distribution>>();
  for (const { labels, value, metricName } of samples) {
    const { le, ...others } = labels as Labels;
    const key = JSON.stringify(others);
    const entry = series.get(key) ?? {
      labels: others,
      value: { count: 0, sum: 0, bucketCounts: Array<number>(bounds.length + 1).fill(0) },
    };
    series.set(key, entry);
    if (metricName === `${name}_sum`) entry.value.sum = value;
    else if (metricName === `${name}_count`) entry.value.count = value;
    else {
      const index = le === '+Inf' ? bounds.length : bounds.indexOf(Number(le));
      entry.value.bucketCounts[index] = value;
    }
  }
  for (const { value } of series.values())
    value.bucketCounts = value.bucketCounts.map(
      (count, index) => count - (value.bucketCounts[index - 1] ?? 0),
    );
  return { bounds, series: [...series.values()] };
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
