import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { takeTurns } from '../interleave.ts';
import { ApiLoad } from '../load/api-load.ts';
import { ndjsonLines, newBatches, toBody } from '../load/batches.ts';
import { postRate } from '../load/post-rate.ts';
import { alone, compared, type Measurement } from '../measurement.ts';
import { percentile } from '../percentile.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';

const small = { batches: 4_000, rows: 10, connections: 64 };
const large = { batches: 12, rows: 10_000, connections: 4 };
const middle = { batches: 100, rows: 1_000, connections: 4 };
const streamRows = 1_000_000;
const maxGatewayMb = 300;
const maxConsumerMb = 400;
/** For how long the latency is measured at half the rate. */
const pacedSeconds = 5;

export const gateway: Scenario = {
  number: 12,
  title: 'The gateway and the consumer beside the API',
  needsKafka: true,
  run: async (bench) => {
    const { stack } = bench;
    await stack.reset();
    stack.resetPeakMemory('gateway');
    stack.resetPeakMemory('consumer');
    const measurements = await stack.withoutWorker(async () => [
      ...(await measureSmall(bench)),
      ...(await measureLarge(bench)),
      ...(await measureStream(bench)),
      ...(await measureConsumer(bench)),
      alone('consumer, largest resident memory', 'MB', [stack.peakMemoryMb('consumer')], {
        atMost: maxConsumerMb,
      }),
    ]);
    return {
      measurements,
      notes: [
        'All runs on the same machine: the client, the gateway or the API, the broker, PostgreSQL and the consumer. Each round sends as many batches to the one as to the other, and begins when all that was sent before is stored. The worker is paused.',
        `The latency counts from when a request is due, at half the rate of the same side. Memory is VmHWM over the whole scenario.`,
      ],
    };
  },
};

interface Load {
  batches: number;
  rows: number;
  connections: number;
}

const urlsOf = ({ api, gatewayUrl }: Bench) => {
  if (gatewayUrl === undefined) throw new Error('the stack has no gateway');
  return [gatewayUrl, api.baseUrl] as const;
};

const makeBodies = ({ batches, rows }: Load) => newBatches(batches, rows).map(toBody);

/** Sends batches as fast as they are taken, and waits until they are stored. Returns batches a second. */
async function acceptedRate(bench: Bench, url: string, load: Load): Promise<number> {
  const bodies = makeBodies(load);
  const { rate, batchIds } = await postRate(url, bench.api.authorization, bodies, load);
  await bench.stack.whenStored(batchIds);
  return rate;
}

const acceptedRates = (bench: Bench, load: Load, repeats: number) =>
  takeTurns(
    { warmUps: 1, repeats },
    () => undefined,
    urlsOf(bench).map((url) => () => acceptedRate(bench, url, load)),
  );

async function measureSmall(bench: Bench): Promise<Measurement[]> {
  const [ofGateway = [], ofApi = []] = await acceptedRates(bench, small, 5);
  const paced = async (url: string, rates: readonly number[]): Promise<number> => {
    const perSecond = percentile(rates, 0.5) / 2;
    const bodies = makeBodies({ ...small, batches: Math.ceil(perSecond * pacedSeconds) });
    const { latenciesMs, batchIds } = await postRate(url, bench.api.authorization, bodies, {
      ...small,
      perSecond,
    });
    await bench.stack.whenStored(batchIds);
    return percentile(latenciesMs, 0.99);
  };
  const [gatewayUrl, apiUrl] = urlsOf(bench);
  const [gatewayMs = [], apiMs = []] = await takeTurns(
    { warmUps: 1, repeats: 3 },
    () => undefined,
    [() => paced(gatewayUrl, ofGateway), () => paced(apiUrl, ofApi)],
  );
  return [
    compared(
      'batches of 10 rows, 64 clients: accepted by the gateway',
      'batches/s',
      ofGateway,
      { name: 'by the API', values: ofApi },
      { atLeast: 2 },
    ),
    alone('the same at half the rate: p99 of the gateway', 'ms', gatewayMs, { atMost: 50 }),
    alone('p99 of the API', 'ms', apiMs, null),
  ];
}

async function measureLarge(bench: Bench): Promise<Measurement[]> {
  const [ofGateway = [], ofApi = []] = await acceptedRates(bench, large, 3);
  const inRows = (rates: readonly number[]) => rates.map((rate) => rate * large.rows);
  return [
    compared(
      'batches of 10,000 rows, 4 clients: accepted by the gateway',
      'rows/s',
      inRows(ofGateway),
      { name: 'by the API', values: inRows(ofApi) },
      { atLeast: 1.2 },
    ),
  ];
}

async function measureStream(bench: Bench): Promise<Measurement[]> {
  const { stack, directory, api } = bench;
  const file = path.join(directory, 'rows.ndjson');
  const [gatewayUrl, apiUrl] = urlsOf(bench);
  const send = (url: string) => async () => {
    const load = new ApiLoad(url, api.authorization.replace('Bearer ', ''));
    await pipeline(Readable.from(ndjsonLines(streamRows)), createWriteStream(file));
    let id = '';
    const ms = await timed(async () => {
      id = await load.streamBatch(createReadStream(file));
    });
    await stack.whenStored([id]);
    load.close();
    return (streamRows * 1_000) / ms;
  };
  const [ofGateway = [], ofApi = []] = await takeTurns(
    { warmUps: 0, repeats: 2 },
    () => undefined,
    [send(gatewayUrl), send(apiUrl)],
  );
  await rm(file);
  return [
    compared(
      '1,000,000 rows as NDJSON: accepted by the gateway',
      'rows/s',
      ofGateway,
      { name: 'by the API', values: ofApi },
      null,
    ),
    alone('gateway, largest resident memory', 'MB', [stack.peakMemoryMb('gateway')], {
      atMost: maxGatewayMb,
    }),
  ];
}

/** The consumer finds what came while it was paused. */
async function measureConsumer(bench: Bench): Promise<Measurement[]> {
  const { stack, api } = bench;
  const [gatewayUrl, apiUrl] = urlsOf(bench);
  const rowsPerSecond = (ms: number) => (middle.batches * middle.rows * 1_000) / ms;
  const [stored = [], ofApi = []] = await takeTurns(
    { warmUps: 1, repeats: 5 },
    () => makeBodies(middle),
    [
      async () => {
        const { batchIds } = await stack.withoutConsumer(() =>
          postRate(gatewayUrl, api.authorization, makeBodies(middle), middle),
        );
        return rowsPerSecond(await timed(() => stack.whenStored(batchIds)));
      },
      async (bodies) => {
        const { rate } = await postRate(apiUrl, api.authorization, bodies, middle);
        return rate * middle.rows;
      },
    ],
  );
  return [
    compared(
      'batches of 1,000 rows: stored by the consumer, after a pause',
      'rows/s',
      stored,
      { name: 'by the API, 4 clients', values: ofApi },
      { atLeast: 0.4 },
    ),
  ];
}
