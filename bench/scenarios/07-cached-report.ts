import { reservePorts } from '../../src/local/processes/ports.ts';
import { interleave } from '../interleave.ts';
import { newRows, toBody } from '../load/batches.ts';
import { requestRate } from '../load/request-rate.ts';
import { compared } from '../measurement.ts';
import type { Scenario } from '../scenario.ts';

const connections = 16;
const ms = 1_500;

export const cachedReport: Scenario = {
  number: 7,
  title: 'Summary report, cached',
  async run({ stack, api }) {
    await stack.reset();
    await api.postBatch(toBody(newRows(1_000, { accounts: 1 })));
    await stack.whenIdle();
    const reportUrl = `${api.baseUrl}/api/reports/account/acc-0001/summary`;
    const headers = { authorization: api.authorization };
    const report = await (await fetch(reportUrl, { headers })).text();

    const { PORT: port } = await reservePorts([{ variable: 'PORT', port: 0, host: '127.0.0.1' }]);
    const bareUrl = `http://127.0.0.1:${port}/`;
    const bare = await stack.startProcess(
      'bare-route/server',
      { PORT: String(port), ANSWER: report },
      async () => (await fetch(bareUrl)).ok,
    );
    try {
      const rate = (url: string) => requestRate(url, headers, { connections, ms });
      const { figures, limits } = await interleave(
        // In a new process, V8 is still compiling in the first five rounds, which reach half of the later rate.
        { warmUps: 5, repeats: 7 },
        () => {},
        () => rate(reportUrl),
        () => rate(bareUrl),
      );
      return {
        measurements: [
          compared(
            'responses, all from the cache',
            'requests/s',
            figures,
            { name: 'a bare Koa route with the same body', values: limits },
            null,
          ),
        ],
        notes: [
          `${connections} connections, each of which sends its next request when the previous one is answered, ${ms / 1_000} s a round, from a client on bare sockets. The API authenticates, limits and logs as usual, and sets its security headers.`,
        ],
      };
    } finally {
      await bare.stop();
    }
  },
};
