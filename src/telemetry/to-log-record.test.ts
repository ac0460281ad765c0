import { describe, expect, it } from '@jest/globals';
import { SeverityNumber, trace } from '@opentelemetry/api';
import { toLogRecord } from './to-log-record.ts';

const line = (fields: object) =>
  `${JSON.stringify({ level: 'info', time: '2026-01-31T12:00:00.000Z', service: 'api', pid: 1, msg: 'x', ...fields })}\n`;
const attributesOf = (fields: object) => toLogRecord(line(fields))?.attributes;

describe('toLogRecord', () => {
  it('keeps time, level and message as parts of the record', () => {
    expect(toLogRecord(line({ level: 'warn', msg: 'the cache is away' }))).toEqual({
      timestamp: new Date('2026-01-31T12:00:00.000Z'),
      severityNumber: SeverityNumber.WARN,
      severityText: 'warn',
      body: 'the cache is away',
      attributes: {},
    });
  });

  it('keeps the ids of a trace as those of the record', () => {
    const ids = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
    const { context, attributes } = toLogRecord(line({ ...ids, batch_id: 'b' })) ?? {};
    expect(trace.getSpanContext(context as never)).toMatchObject({
      traceId: ids.trace_id,
      spanId: ids.span_id,
    });
    expect(attributes).toEqual({ batch_id: 'b' });
  });

  it('flattens objects, and names an error by the conventions', () => {
    const err = { type: 'Error', sendableMessage: 'm', stack: 's', cause: { code: '57014' } };
    expect(attributesOf({ err, counts: [1, 2], none: null })).toEqual({
      'exception.type': 'Error',
      'exception.message': 'm',
      'exception.stacktrace': 's',
      'err.cause.code': '57014',
      counts: '[1,2]',
    });
  });

  it("leaves the first admin's password and address where they are", () => {
    expect(attributesOf({ email: 'a@example.com', password: 'p' })).toEqual({});
  });

  it('leaves messages of errors where they are, however deep', () => {
    const error = { type: 'Error', message: 'JANE' };
    let deep: object = error;
    for (let depth = 0; depth < 20; depth++) deep = { cause: deep, message: 'JANE' };
    const attributes = attributesOf({ message: 'JANE', err: deep, sdk: { failure: error } });
    expect(attributes).toMatchObject({ 'sdk.failure.type': 'Error' });
    expect(JSON.stringify(attributes)).not.toContain('JANE');
  });

  it('keeps the id of a request that is a UUID, and none that a client has made up', () => {
    const requestId = '0190a0a0-0000-7000-8000-000000000001';
    expect(attributesOf({ requestId })).toEqual({ requestId });
    expect(attributesOf({ requestId: 'jane@example.com' })).toEqual({});
  });

  it('cuts objects that are deeper than an error is', () => {
    let deep: object = { end: true };
    for (let depth = 0; depth < 20; depth++) deep = { deep };
    expect(Object.values(attributesOf({ deep }) ?? {})).toEqual([expect.stringContaining('end')]);
  });

  it('ignores what is not JSON', () => {
    expect(toLogRecord('plain text\n')).toBeNull();
  });
});
