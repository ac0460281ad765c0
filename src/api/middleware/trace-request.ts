import { SpanKind } from '@opentelemetry/api';
import type { Middleware } from 'koa';
import { sendableRequestId } from '../../domain/sendable-request-id.ts';
import { batchIdAttribute } from '../../tracing/batch-id-attribute.ts';
import { endAfter, markFailed, tracer } from '../../tracing/in-span.ts';
import { contextOf } from '../../tracing/traceparent.ts';
import type { ApiState } from '../context.ts';

/**
 * A span for each request of the API, by the route's pattern: paths and query strings hold ids of accounts. It goes on
 * with the trace of a client's `traceparent`; its `tracestate` stays out.
 */
export const traceRequest: Middleware<ApiState> = (ctx, next) => {
  // Files of the console and checks of health would only hide the others.
  if (!ctx.path.startsWith('/api/')) return next();
  const { method } = ctx;
  const span = tracer.startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
    contextOf(ctx.get('traceparent') || undefined),
  );
  if (!span.isRecording()) return next();
  return endAfter(span, async () => {
    await next();
    const { status, state } = ctx;
    const route = String(ctx._matchedRoute ?? 'none');
    span.updateName(`${method} ${route}`);
    span.setAttributes({
      'http.route': route,
      'http.response.status_code': status,
      'tallyflow.request.id': sendableRequestId(state.requestId),
      'tallyflow.api_key.id': state.principal?.apiKeyId,
      [batchIdAttribute]: state.batchId,
    });
    if (status >= 500) markFailed(span, state.problem?.thrown);
  });
};
