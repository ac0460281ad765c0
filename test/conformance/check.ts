import { expect } from '@jest/globals';
import type { Expected } from './case.ts';
import type { Answer } from './send.ts';
import type { Outcome } from './side.ts';

interface ProblemBody {
  code: string;
  status: number;
  request_id: string;
  errors?: { pointer: string; line?: number }[];
  error_count?: number;
}

const pointersOf = ({ errors = [] }: ProblemBody): string[] =>
  errors.map(({ pointer, line }) => (line === undefined ? pointer : `${pointer}@${line}`));

/** Whether the outcome is what the case expects, whatever the other side does. */
export function check(outcome: Outcome | undefined, expected: Expected): void {
  if (outcome === undefined) throw new Error('The request was never sent.');
  const { answer, batch } = outcome;
  const { status, headers, text } = answer;
  expect({ status, text: text.slice(0, 500) }).toEqual({
    status: expected.status,
    text: expect.anything(),
  });
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (value === null) expect(headers).not.toHaveProperty(name);
    else
      expect({ [name]: headers[name] }).toEqual({
        [name]: value instanceof RegExp ? expect.stringMatching(value) : value,
      });
  }
  if (expected.code !== undefined) {
    expect(headers['content-type']).toBe('application/problem+json');
    const problem = JSON.parse(text) as ProblemBody;
    expect(problem).toMatchObject({ code: expected.code, status });
    expect(problem.request_id).toBe(headers['x-request-id']);
    if (expected.errors !== undefined) expect(pointersOf(problem)).toEqual(expected.errors);
    if (expected.errorCount !== undefined) expect(problem.error_count).toBe(expected.errorCount);
  }
  if (expected.stored !== undefined) expect(batch?.rows).toMatchObject(expected.stored);
  if (expected.batch !== undefined) expect(batch).toMatchObject(expected.batch);
}

/** Headers of a connection, and those that differ from answer to answer. */
const ownHeaders = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];

/** Of a 202, in which they differ as the contract says under `counts`. */
const counts = ['transaction_count', 'duplicate_count', 'conflict_count'];

export const countsOf = ({ answer }: Outcome): Record<string, number | null | undefined> => {
  const body = JSON.parse(answer.text) as Record<string, number | null>;
  return Object.fromEntries(counts.map((name) => [name, body[name]]));
};

/** What both sides must agree on: all but ids, times, and what a named difference covers. */
export function comparable(outcome: Outcome | undefined): unknown {
  return outcome && { ...comparableAnswer(outcome.answer), batch: outcome.batch };
}

function comparableAnswer({ status, headers, text }: Answer) {
  const { 'x-request-id': requestId, location, ...others } = headers;
  const withoutIds = (given: string): string =>
    [
      [requestId, '(request id)'],
      [location?.split('/').at(-1), '(batch id)'],
    ].reduce(
      (left, [id, name]) => (id === undefined ? left : left.replaceAll(id, name as string)),
      given,
    );
  const kept = Object.entries(others)
    .filter(([name]) => !ownHeaders.includes(name))
    .map(([name, value]) => [name, withoutTimes(name, value)]);
  return {
    status,
    headers: Object.fromEntries([...kept, ['location', withoutIds(location ?? '')]]),
    body: withoutCounts(status, withoutIds(text)),
  };
}

/** A second may pass between the two sides: what is left of a minute is a time. */
function withoutTimes(header: string, value: string): string {
  const isOfMinute = header === 'retry-after' && Number(value) >= 50 && Number(value) <= 60;
  return isOfMinute ? '(what is left of a minute)' : value.replace(/;[rt]=\d+/g, '');
}

function withoutCounts(status: number, text: string): unknown {
  if (text === '') return text;
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status === 202) for (const name of counts) delete body[name];
  return body;
}
