import { SpanKind } from '@opentelemetry/api';
import { inSpan } from '../tracing/in-span.ts';

/** A span for a command of Redis. Keys stay out: they hold ids of accounts. */
export const traceCommand = <Result>(
  name: string,
  command: () => Promise<Result>,
): Promise<Result> =>
  inSpan(
    `redis ${name}`,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'redis', 'db.operation.name': name },
    },
    command,
  );
