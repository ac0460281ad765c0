import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { interleave, type Rounds } from '../interleave.ts';
import { ndjsonLines, newRows, toBody } from '../load/batches.ts';
import { alone, compared } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { timed } from '../timed.ts';
import { processBatch } from './02-one-batch.ts';

const rowCount = 1_000_000;
const batchRowCount = 100_000;
const maxResidentMb = 300;

export const stream: Scenario = {
  number: 3,
  title: '1,000,000 rows as NDJSON, end to end, 1,500 patterns',
  run: (bench) => measureStream(bench, { warmUps: 0, repeats: 3 }),
};

async function measureStream(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const { stack, api } = bench;
  await stack.reset();
  await processBatch(bench, toBody(newRows(batchRowCount)));
  const peaks = { api: [] as number[], worker: [] as number[] };
  const file = path.join(bench.directory, 'rows.ndjson');
  const { figures, limits } = await interleave(
    rounds,
    async () => {
      await pipeline(Readable.from(ndjsonLines(rowCount)), createWriteStream(file));
      return toBody(newRows(batchRowCount));
    },
    async () => {
      await stack.whenAtRest();
      stack.resetPeakMemory('api');
      stack.resetPeakMemory('worker');
      const ms = await timed(async () => {
        await stack.whenCompleted(await api.streamBatch(createReadStream(file)));
      });
      peaks.api.push(stack.peakMemoryMb('api'));
      peaks.worker.push(stack.peakMemoryMb('worker'));
      return (ms * 1_000) / rowCount;
    },
    async (body) => {
      await stack.whenAtRest();
      return ((await processBatch(bench, body)).ms * 1_000) / batchRowCount;
    },
  );
  await rm(file);
  return {
    measurements: [
      compared(
        'a row of the stream, POST sent → completed',
        'µs',
        figures,
        { name: 'a row of scenario 2', values: limits },
        { atMost: 1.3 },
      ),
      alone('API, largest resident memory', 'MB', peaks.api, { atMost: maxResidentMb }),
      alone('worker, largest resident memory', 'MB', peaks.worker, { atMost: maxResidentMb }),
    ],
    notes: ['The stream is read from a file. Memory is VmHWM, which is reset before each stream.'],
  };
}
