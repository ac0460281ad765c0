import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reservePorts } from '../../src/local/ports.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { newRows, toBody } from '../load/batches.ts';
import { requestRate } from '../load/request-rate.ts';
import { compared } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';

const connections = 16;
const ms = 2_000;

export const cachedReport: Scenario = {
  number: 7,
  title: 'Summary report, cached',
  run: (bench) => measureCachedReport(bench, { warmUps: 1, repeats: 7 }),
};

export async function measureCachedReport(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const { stack, api, directory } = bench;
  await stack.reset();
  await api.postBatch(toBody(newRows(1_000, { accounts: 1 })));
  await stack.whenIdle();
  const report = '/api/reports/account/acc-0001/summary';
  const bodyFile = path.join(directory, 'report.json');
  await writeFile(bodyFile, JSON.stringify(await api.get(report)));

  const { PORT: port } = await reservePorts([{ variable: 'PORT', port: 0, host: '127.0.0.1' }]);
  const bareUrl = `http://127.0.0.1:${port}/`;
  const bare = await stack.startProcess(
    'bare-route/server',
    { PORT: String(port), BODY_FILE: bodyFile },
    async () => (await fetch(bareUrl)).ok,
  );
  try {
    const headers = { authorization: api.authorization };
    const { figures, limits } = await interleave(
      rounds,
      () => {},
      () => requestRate(api.baseUrl + report, headers, { connections, ms }),
      () => requestRate(bareUrl, headers, { connections, ms }),
    );
    return {
      measurements: [
        compared(
          'answers, all from the cache',
          'requests/s',
          figures,
          { name: 'a bare Koa route that answers the same bytes', values: limits },
          { atLeast: 0.6 },
        ),
      ],
      notes: [
        `${connections} connections, each of which sends its next request when the last is answered, ${ms / 1_000} s a round, from a client on bare sockets. The API authenticates, limits and logs as always.`,
      ],
    };
  } finally {
    await bare.stop();
  }
}
