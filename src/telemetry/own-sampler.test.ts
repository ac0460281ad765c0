import { describe, expect, it } from '@jest/globals';
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
