import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reservePorts } from '../../src/local/ports.ts';
import type { BareAnswer } from '../bare-route/server.ts';
import { interleave, type Rounds } from '../interleave.ts';
import { newRows, toBody } from '../load/batches.ts';
import { requestRate } from '../load/request-rate.ts';
import { compared } from '../measurement.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';

const connections = 16;
const ms = 1_500;
/** Headers that Node itself adds to every answer. */
const ofNode = new Set(['connection', 'content-length', 'date', 'keep-alive']);

export const cachedReport: Scenario = {
  number: 7,
  title: 'Summary report, cached',
  // In a process that has just begun, V8 still compiles in the first five rounds, which reach half of the later rate.
  run: (bench) => measureCachedReport(bench, { warmUps: 5, repeats: 7 }),
};

export async function measureCachedReport(bench: Bench, rounds: Rounds): Promise<Outcome> {
  const { stack, api, directory } = bench;
  await stack.reset();
  await api.postBatch(toBody(newRows(1_000, { accounts: 1 })));
  await stack.whenIdle();
  const report = '/api/reports/account/acc-0001/summary';
  const answer = await fetch(api.baseUrl + report, {
    headers: { authorization: api.authorization },
  });
  const bareAnswer: BareAnswer = {
    body: await answer.text(),
    headers: Object.fromEntries([...answer.headers].filter(([name]) => !ofNode.has(name))),
  };
  const answerFile = path.join(directory, 'report.json');
  await writeFile(answerFile, JSON.stringify(bareAnswer));

  const { PORT: port } = await reservePorts([{ variable: 'PORT', port: 0, host: '127.0.0.1' }]);
  const bareUrl = `http://127.0.0.1:${port}`;
  const bare = await stack.startProcess(
    'bare-route/server',
    { PORT: String(port), ANSWER_FILE: answerFile },
    async () => (await fetch(`${bareUrl}/same-body`)).ok,
  );
  try {
    const headers = { authorization: api.authorization };
    const rate = (url: string) => requestRate(url, headers, { connections, ms });
    const sameBody: number[] = [];
    const { figures, limits } = await interleave(
      rounds,
      () => {},
      () => rate(api.baseUrl + report),
      async () => {
        sameBody.push(await rate(`${bareUrl}/same-body`));
        return rate(`${bareUrl}/same-bytes`);
      },
    );
    return {
      measurements: [
        compared(
          'answers, all from the cache',
          'requests/s',
          figures,
          {
            name: 'a bare Koa route that answers the same body',
            values: sameBody.slice(rounds.warmUps),
          },
          { atLeast: 0.6 },
        ),
        compared(
          'the same',
          'requests/s',
          figures,
          { name: 'one that answers the same headers, too', values: limits },
          { atLeast: 0.6 },
        ),
      ],
      notes: [
        `${connections} connections, each of which sends its next request when the last is answered, ${ms / 1_000} s a round, from a client on bare sockets. The API authenticates, limits and logs as always. The second line's route also sends the ${Object.keys(bareAnswer.headers).length} headers that the API sets, and so the same bytes as the API; both are held against the target.`,
      ],
    };
  } finally {
    await bare.stop();
  }
}
