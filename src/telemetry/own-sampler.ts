import { type Context, type Link, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * Requests are traced before anybody knows who sends them. Without a limit, refused ones alone could fill the queue of
 * spans and the memory of a collector that chooses, and so push out the traces of others.
 */
const maxRequestsPerSecond = 100;
const windowMs = 1_000;

/**
 * Decides once a trace, where it enters the system, whether it is recorded; everything below follows its parent. A
 * client's `traceparent` has no say: neither its flag, nor its trace id, which it could choose so that each of its
 * requests is recorded.
 */
export class OwnSampler implements Sampler {
  readonly #ratio: number;
  readonly #byTraceId: Sampler;
  #windowBegan = Number.NEGATIVE_INFINITY;
  #requestsInWindow = 0;

  constructor(ratio: number) {
    this.#ratio = ratio;
    this.#byTraceId = new TraceIdRatioBasedSampler(ratio);
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    _attributes: object,
    links: Link[],
  ): SamplingResult {
    if (kind === SpanKind.SERVER) return decide(Math.random() < this.#ratio && this.#hasRoom());
    const parent = trace.getSpanContext(context);
    if (parent !== undefined && !beginsWithItsRun(parent)) return decide(isSampled(parent));
    // Work for several requests is recorded if one of these is.
    if (links.length > 0) return decide(links.some((link) => isSampled(link.context)));
    // The id is ours. Every process that takes part in the trace decides by it, and so decides the same.
    return this.#byTraceId.shouldSample(context, traceId, name, kind, {}, links);
  }

  /** Whether one more request of this second may be recorded. It counts the request. */
  #hasRoom(): boolean {
    const now = performance.now();
    if (now - this.#windowBegan >= windowMs) {
      this.#windowBegan = now;
      this.#requestsInWindow = 0;
    }
    return this.#requestsInWindow++ < maxRequestsPerSecond;
  }

  toString(): string {
    return `OwnSampler{${this.#ratio}}`;
  }
}

const decide = (isRecorded: boolean): SamplingResult => ({
  decision: isRecorded ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
});

const isSampled = ({ traceFlags }: { traceFlags: TraceFlags }): boolean =>
  (traceFlags & TraceFlags.SAMPLED) !== 0;

/** The run of a schedule begins a trace, for which nobody has decided yet (src/workflows/trace-run.ts). */
const beginsWithItsRun = ({ traceId, spanId }: { traceId: string; spanId: string }): boolean =>
  traceId.endsWith(spanId);
