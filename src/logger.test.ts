import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createLogger } from './logger.ts';

const lines: Record<string, unknown>[] = [];
const logger = createLogger('test', 'info', (line) => void lines.push(JSON.parse(line)));

beforeEach(() => {
  lines.length = 0;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => {
  context.disable();
});

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const logWithin = (traceFlags: TraceFlags, isRemote = true) =>
  context.with(trace.setSpanContext(context.active(), { ...ids, traceFlags, isRemote }), () =>
    logger.info('x'),
  );
const logged = (err: unknown) => {
  logger.error({ err }, 'x');
  return lines[0]?.err as Record<string, unknown>;
};

describe('createLogger', () => {
  it('names the trace that is recorded', () => {
    logWithin(TraceFlags.SAMPLED);
    expect(lines).toMatchObject([{ trace_id: ids.traceId, span_id: ids.spanId, msg: 'x' }]);
  });

  it('names no trace that is not', () => {
    logWithin(TraceFlags.NONE);
    logger.info('x');
    expect(lines.flatMap(Object.keys)).not.toContain('trace_id');
    expect(lines).toHaveLength(2);
  });

  it('names no trace whose span has ended, as in a timer that outlives a request', () => {
    logWithin(TraceFlags.SAMPLED, false);
    expect(lines.flatMap(Object.keys)).not.toContain('trace_id');
  });

  it('tells an error by its message and places, and in words that can be forwarded', () => {
    const cause = new RangeError('cannot categorize JANE\n    at JANE (file:///JANE.ts:1:1)');
    expect(
      logged(new TypeError("Cannot read properties of null (reading 'x')", { cause })),
    ).toEqual({
      type: 'TypeError',
      message: "Cannot read properties of null (reading 'x')",
      sendableMessage: 'Cannot read properties of null',
      stack: expect.stringMatching(/^ {4}at .*src\/logger\.test\.ts:\d+:\d+/),
      cause: {
        type: 'RangeError',
        message: cause.message,
        stack: expect.not.stringContaining('JANE'),
      },
    });
  });

  it("tells of the database's errors the code and the constraint", () => {
    const error = Object.assign(new Error('insert JANE'), { code: '23505', constraint: 'one' });
    const err = logged(error);
    expect(err).toMatchObject({ code: '23505', constraint: 'one' });
    expect(JSON.stringify(err)).not.toContain('JANE');
  });

  it('ends with an error that is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    expect(logged(error)).toMatchObject({ message: 'x' });
  });
});
