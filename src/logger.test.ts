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
const logWithin = (traceFlags: TraceFlags) =>
  context.with(trace.setSpanContext(context.active(), { ...ids, traceFlags }), () =>
    logger.info('x'),
  );

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
});
