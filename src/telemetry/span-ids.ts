import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { chosenIds } from '../tracing/with-ids.ts';

/** Random ids, but for a span whose ids are given: others have named it as their parent before it was recorded. */
export class SpanIds extends RandomIdGenerator {
  override generateTraceId = (): string => chosenIds()?.traceId ?? random.generateTraceId();
  override generateSpanId = (): string => chosenIds()?.spanId ?? random.generateSpanId();
}

const random = new RandomIdGenerator();
