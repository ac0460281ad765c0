import { parentPort, workerData } from 'node:worker_threads';

export interface HealthAnswer {
  path: string;
  /** Or why there was none. */
  status: number | string;
  ms: number;
}

/**
 * A thread that asks the API at `workerData` for its health until it gets a message, and then tells all answers. In the
 * thread of clients that send as much as they can, an answer would wait for these, and not for the API.
 */
const answers: HealthAnswer[] = [];
let isOver = false;
parentPort?.once('message', () => {
  isOver = true;
});
while (!isOver) {
  for (const path of ['/healthz', '/readyz']) {
    const startedAt = performance.now();
    const status = await fetch(new URL(path, workerData)).then(
      async (response) => {
        await response.text();
        return response.status;
      },
      (error) => String(error.cause ?? error),
    );
    answers.push({ path, status, ms: performance.now() - startedAt });
  }
}
parentPort?.postMessage(answers);
