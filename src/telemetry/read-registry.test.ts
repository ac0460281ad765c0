import { beforeEach, describe, expect, it } from '@jest/globals';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RegistryReader } from './read-registry.ts';

let registry: Registry;
let counter: Counter<'outcome'>;
let histogram: Histogram<'rows'>;
beforeEach(() => {
  registry = new Registry();
  const registers = [registry];
  counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['outcome'], registers });
  histogram = new Histogram({
    name: 'b_seconds',
    help: 'B.',
    labelNames: ['rows'],
    buckets: [1, 5],
    registers,
  });
  new Gauge({ name: 'c_bytes', help: 'C.', registers }).set(7);
});

const read = async (reader: RegistryReader, maxPoints = 100) =>
  (await reader.read(maxPoints)).map(({ data, confirm }) => ({
    ...data,
    name: data.descriptor.name,
    values: (data.dataPoints as { attributes: object; value: unknown }[]).map((point) => [
      point.attributes,
      point.value,
    ]),
    confirm,
  }));

describe('RegistryReader', () => {
  it('reads counters, histograms and gauges under their names, with units', async () => {
    counter.inc({ outcome: 'new' }, 3);
    for (const seconds of [0.5, 1, 2, 7]) histogram.observe({ rows: '1000' }, seconds);
    const [a, b, c] = await read(new RegistryReader(registry, 'cumulative'));
    expect(a).toMatchObject({
      name: 'a_total',
      descriptor: { description: 'A.', unit: '' },
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      values: [[{ outcome: 'new' }, 3]],
    });
    expect(b).toMatchObject({
      descriptor: { unit: 's' },
      dataPointType: DataPointType.HISTOGRAM,
      values: [
        [
          { rows: '1000' },
          { count: 4, sum: 10.5, buckets: { boundaries: [1, 5], counts: [2, 1, 1] } },
        ],
      ],
    });
    expect(c).toMatchObject({
      descriptor: { unit: 'By' },
      dataPointType: DataPointType.GAUGE,
      values: [[{}, 7]],
    });
  });

  it('reads as deltas what is new since the values that have arrived', async () => {
    const reader = new RegistryReader(registry, 'delta');
    counter.inc({ outcome: 'new' }, 3);
    histogram.observe({ rows: '1000' }, 2);
    for (const { confirm } of await read(reader)) confirm();
    counter.inc({ outcome: 'new' }, 2);
    counter.inc({ outcome: 'old' });
    histogram.observe({ rows: '1000' }, 7);
    const [a, b] = await read(reader);
    expect(a).toMatchObject({
      aggregationTemporality: AggregationTemporality.DELTA,
      values: [
        [{ outcome: 'new' }, 2],
        [{ outcome: 'old' }, 1],
      ],
    });
    expect(b?.values).toEqual([
      [{ rows: '1000' }, { count: 1, sum: 7, buckets: { boundaries: [1, 5], counts: [0, 0, 1] } }],
    ]);
  });

  it('repeats a delta that has not arrived, and leaves out what did not change', async () => {
    const reader = new RegistryReader(registry, 'delta');
    counter.inc({ outcome: 'new' }, 3);
    await read(reader);
    counter.inc({ outcome: 'new' }, 2);
    const again = await read(reader);
    expect(again[0]?.values).toEqual([[{ outcome: 'new' }, 5]]);
    for (const { confirm } of again) confirm();
    expect((await read(reader)).map(({ name }) => name)).toEqual(['c_bytes']);
  });

  it('splits a metric of many series', async () => {
    for (let index = 0; index < 25; index++) counter.inc({ outcome: String(index) });
    const parts = (await read(new RegistryReader(registry, 'cumulative'), 10)).filter(
      ({ name }) => name === 'a_total',
    );
    expect(parts.map(({ values }) => values.length)).toEqual([10, 10, 5]);
  });
});
