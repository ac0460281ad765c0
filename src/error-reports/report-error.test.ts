import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiError } from '../domain/errors.ts';
import type { ErrorEvent } from './error-event.ts';
import { reportError, sendErrorsTo } from './report-error.ts';

const secret = 'JANE-DOE';
const requestId = '0190a0a0-0000-7000-8000-000000000001';
let sent: ErrorEvent[];

beforeEach(() => {
  sent = [];
  sendErrorsTo((event) => sent.push(event));
});
afterEach(() => sendErrorsTo(null));

describe('an error that nobody expected', () => {
  it('is sent with its type, its places, and what it is found by, without its message', () => {
    class StrangeError extends RangeError {
      override name = 'StrangeError';
    }
    reportError(new StrangeError(secret), { route: '/api/x', requestId });
    expect(sent).toMatchObject([
      {
        level: 'error',
        exceptions: [{ type: 'StrangeError', value: 'The log has the message.' }],
        tags: { route: '/api/x', request_id: requestId },
        unsentCount: 0,
      },
    ]);
    expect(JSON.stringify(sent)).not.toContain(secret);
  });

  it('is sent without an id that a client has made up', () => {
    reportError(new Error('x'), { requestId: 'jane@example.com' });
    expect(sent[0]?.tags.request_id).toBeUndefined();
  });

  it('of the database is told by its code and constraint', () => {
    const error = Object.assign(new Error(`insert ${secret} - duplicate`), {
      code: '23505',
      constraint: 'one_per_batch',
      detail: `Key (${secret}) exists.`,
    });
    reportError(error);
    expect(sent[0]?.exceptions?.[0]?.value).toBe('database error 23505 on one_per_batch');
    expect(JSON.stringify(sent)).not.toContain(secret);
  });

  it('comes with two of its causes, the innermost one first', () => {
    const [a, b] = [new TypeError(secret), new RangeError(secret)];
    b.cause = a;
    reportError(new Error(secret, { cause: b }));
    expect(sent[0]?.exceptions?.map(({ type }) => type)).toEqual([
      'TypeError',
      'RangeError',
      'Error',
    ]);
  });

  it.each([
    ['a text', secret],
    ['nothing', undefined],
    ['an object', { message: secret, name: secret }],
    ['an error named by data', Object.assign(new Error(secret), { name: `${secret} 1` })],
    ['an error with a code of data', Object.assign(new Error(secret), { code: `E ${secret}` })],
  ])('may be %s', (_, thrown) => {
    reportError(thrown);
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain(secret);
  });

  it('that throws when it is read harms nobody', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'message', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    reportError(error);
    expect(sent).toEqual([]);
  });

  it('in a run of one batch names the batch', () => {
    const id = '0190a0a0-0000-7000-8000-000000000001';
    reportError(new Error('x'), { workflowId: `batch-${id}` });
    reportError(new Error('x'), { workflowId: `batches-${id}` });
    expect(sent.map(({ tags }) => tags.batch_id)).toEqual([id, undefined]);
  });

  it('is sent five times an hour', () => {
    for (let count = 0; count < 7; count++) reportError(new Error(`${secret} ${count}`));
    reportError(new TypeError('another one'));
    expect(sent.map(({ exceptions }) => exceptions?.[0]?.type)).toEqual([
      ...Array(5).fill('Error'),
      'TypeError',
    ]);
  });
});

describe('an expected error', () => {
  it.each([
    ['an answer to the client', new ApiError('invalid_request', 'x')],
    ['a server that has too much to do', new ApiError('overloaded', 'x')],
    ['a cancellation', Object.assign(new Error('x'), { name: 'CancelledFailure' })],
    ['an abort', AbortSignal.abort().reason],
  ])('such as %s is not sent', (_, error) => {
    reportError(error);
    expect(sent).toEqual([]);
  });

  it.each([
    ['database', Object.assign(new Error(secret), { code: 'ECONNREFUSED' })],
    ['database', new ApiError('database_unavailable', 'x')],
    ['temporal', new ApiError('temporal_unavailable', 'x')],
    ['temporal', Object.assign(new Error('x', { cause: { code: 14 } }), { name: 'ServiceError' })],
  ])('such as a %s that is away is summed up once an hour', (server, error) => {
    reportError(error, { requestId: 'r-1' });
    reportError(error, { requestId: 'r-2' });
    expect(sent).toEqual([
      {
        level: 'warning',
        message: expect.stringContaining(' is away.'),
        fingerprint: ['away', server],
        tags: {},
        unsentCount: 0,
      },
    ]);
  });
});

it('costs nothing, and remembers nothing, while errors are sent nowhere', () => {
  sendErrorsTo(null);
  reportError(new Error('x'));
  expect(sent).toEqual([]);
});
