import path from 'node:path';
import { expect, it } from '@jest/globals';
import { stackFrames } from './stack-frames.ts';

const root = path.resolve(import.meta.dirname, '../..');
const frames = `    at async run (file://${root}/src/worker.ts:10:5)
    at Client.query [as ask] (${root}/node_modules/pg/lib/client.js:7:9)
    at ${root}/src/server.ts:3:1
    at new Promise (<anonymous>)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at main (/home/jane/secret/main.js:1:1)`;

function errorWith(message: string, stack: string): Error {
  const error = new Error(message);
  error.stack = stack;
  return error;
}

it('gives the places in the release and in Node.js, the oldest one first', () => {
  expect(stackFrames(errorWith('x', `Error: x\n${frames}`))).toEqual([
    {
      function: 'process.processTicksAndRejections',
      filename: 'node:internal/process/task_queues',
      lineno: 95,
      colno: 5,
      in_app: false,
    },
    { filename: 'src/server.ts', lineno: 3, colno: 1, in_app: true },
    {
      function: 'Client.query',
      filename: 'node_modules/pg/lib/client.js',
      lineno: 7,
      colno: 9,
      in_app: false,
    },
    { function: 'async run', filename: 'src/worker.ts', lineno: 10, colno: 5, in_app: true },
  ]);
});

it.each([
  ['as it was', (message: string) => message],
  ['since prefixed by a statement', (message: string) => `select $1 - ${message}`],
])('takes no line of a message for a frame, with the message %s', (_, now) => {
  const message = `no merchant\n    at JANE (${root}/src/jane.ts:1:1)\n and`;
  const error = errorWith(now(message), `Error: ${message}\n${frames}`);
  expect(JSON.stringify(stackFrames(error))).not.toMatch(/jane/i);
});

it('gives no words of a message that pretends to be a function', () => {
  const stack = `Error\n    at JANE DOE, 12 Main Street (${root}/src/worker.ts:1:1)`;
  expect(JSON.stringify(stackFrames(errorWith('', stack)))).not.toContain('JANE');
});

it('finds where a real error was thrown', () => {
  expect(stackFrames(new Error('x')).at(-1)?.filename).toBe(
    'src/error-reports/stack-frames.test.ts',
  );
});
