import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { OwnSampler } from './own-sampler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

const context = (traceFlags: TraceFlags, ids = { traceId, spanId }) => ({
  ...ids,
  traceFlags,
  isRemote: true,
});

function isRecorded(
  sampler: OwnSampler,
  {
    parent,
    kind = SpanKind.INTERNAL,
    links = [],
  }: { parent?: ReturnType<typeof context>; kind?: SpanKind; links?: TraceFlags[] },
): boolean {
  const ancestors = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
  const linked = links.map((flags) => ({ context: context(flags) }));
  const id = parent?.traceId ?? traceId;
  const { decision } = sampler.shouldSample(ancestors, id, 'x', kind, {}, linked);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

afterEach(() => {
  jest.useRealTimers();
});

describe('OwnSampler', () => {
  it('lets no client choose to be recorded', () => {
    const parent = context(TraceFlags.SAMPLED);
    expect(isRecorded(new OwnSampler(0), { parent, kind: SpanKind.SERVER })).toBe(false);
  });

  it('lets no client choose not to be recorded', () => {
    const parent = context(TraceFlags.NONE);
    expect(isRecorded(new OwnSampler(1), { parent, kind: SpanKind.SERVER })).toBe(true);
  });

  it('does not decide about a request by its trace id, which a client could have tried out', () => {
    const sampler = new OwnSampler(0.5);
    const parent = context(TraceFlags.SAMPLED);
    const decisions = Array.from({ length: 100 }, () =>
      isRecorded(sampler, { parent, kind: SpanKind.SERVER }),
    );
    expect(new Set(decisions)).toEqual(new Set([true, false]));
  });

  it('records 100 requests a second at most, so that no client pushes out the traces of others', () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    const sampler = new OwnSampler(1);
    const recordedOf = (requests: number) =>
      Array.from({ length: requests }, () => isRecorded(sampler, { kind: SpanKind.SERVER })).filter(
        Boolean,
      ).length;
    expect([recordedOf(100), recordedOf(1)]).toEqual([100, 0]);
    // What belongs to a request that is recorded stays whole.
    expect(isRecorded(sampler, { parent: context(TraceFlags.SAMPLED) })).toBe(true);
    jest.advanceTimersByTime(999);
    expect(recordedOf(1)).toBe(0);
    jest.advanceTimersByTime(1);
    expect([recordedOf(100), recordedOf(1)]).toEqual([100, 0]);
  });

  it('follows the parent inside of the system, whatever the ratio', () => {
    expect(isRecorded(new OwnSampler(0), { parent: context(TraceFlags.SAMPLED) })).toBe(true);
    expect(isRecorded(new OwnSampler(1), { parent: context(TraceFlags.NONE) })).toBe(false);
  });

  it('records work for several requests if one of them is', () => {
    const { NONE, SAMPLED } = TraceFlags;
    expect(isRecorded(new OwnSampler(0), { links: [NONE, SAMPLED] })).toBe(true);
    expect(isRecorded(new OwnSampler(1), { links: [NONE, NONE] })).toBe(false);
  });

  it('decides by the trace id about a run of a schedule, so that all its parts decide the same', () => {
    const parentOf = (id: string) =>
      context(TraceFlags.SAMPLED, { traceId: id, spanId: id.slice(16) });
    const sampler = new OwnSampler(0.5);
    const ids = Array.from({ length: 100 }, () => crypto.randomUUID().replaceAll('-', ''));
    const decisions = ids.map((id) => isRecorded(sampler, { parent: parentOf(id) }));
    expect(new Set(decisions)).toEqual(new Set([true, false]));
    expect(ids.map((id) => isRecorded(sampler, { parent: parentOf(id) }))).toEqual(decisions);
  });
});
