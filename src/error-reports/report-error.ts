import { trace } from '@opentelemetry/api';
import { sendableRequestId } from '../domain/sendable-request-id.ts';
import { describeError } from './describe-error.ts';
import type { ErrorEvent } from './error-event.ts';
import { EventLimit } from './event-limit.ts';
import { isExpected, type Server, serverAway } from './expected-error.ts';

/** What an operator finds the error by, in the log, in a trace and in the database. Nothing of it comes from a body. */
export interface ErrorContext {
  /** The route's pattern. */
  route?: string;
  method?: string;
  requestId?: string;
  batchId?: string;
  workflowId?: string;
  workflowType?: string;
  activityType?: string;
  /** Whether it ends the process. */
  isFatal?: boolean;
}

/** The first ones show a fault; the rest are counted. */
const maxPerHour = 5;

const awayMessages: Record<Server, string> = {
  database: 'The database is away.',
  temporal: 'Temporal is away.',
  redis: 'Redis is away.',
};

let send: ((event: ErrorEvent) => void) | null = null;
let limit = new EventLimit();

/** Gives what is reported from now on to this function; with null, nobody gets it. */
export function sendErrorsTo(next: typeof send, nextLimit = new EventLimit()): void {
  send = next;
  limit = nextLimit;
}

/**
 * Reports an error that nobody has expected, and once an hour that a server is away. Does nothing unless errors are sent
 * somewhere, and never throws.
 */
export function reportError(error: unknown, context: ErrorContext = {}): void {
  if (send === null) return;
  try {
    const server = serverAway(error);
    if (server !== null) reportAway(server);
    else if (!isExpected(error)) sendDescribed(error, context);
  } catch {
    // An error that cannot even be read is in the log.
  }
}

/** Reports once an hour that a server is away. */
export function reportAway(server: Server): void {
  if (send === null) return;
  const unsentCount = limit.take(`away ${server}`, 1);
  if (unsentCount === null) return;
  send({
    level: 'warning',
    message: awayMessages[server],
    fingerprint: ['away', server],
    tags: {},
    unsentCount,
  });
}

function sendDescribed(error: unknown, { isFatal = false, ...context }: ErrorContext): void {
  const exceptions = describeError(error);
  const kind = exceptions.map(({ type, value, stacktrace }) => {
    const { filename, lineno } =
      stacktrace?.frames.findLast(({ in_app }) => in_app) ?? stacktrace?.frames.at(-1) ?? {};
    return `${type} ${value} ${filename}:${lineno}`;
  });
  const unsentCount = limit.take(kind.join('\n'), maxPerHour);
  if (unsentCount === null) return;
  const span = trace.getActiveSpan()?.spanContext();
  send?.({
    level: isFatal ? 'fatal' : 'error',
    exceptions,
    tags: {
      route: context.route,
      method: context.method,
      request_id: sendableRequestId(context.requestId),
      batch_id: context.batchId ?? batchIdOf(context.workflowId),
      workflow_id: context.workflowId,
      workflow_type: context.workflowType,
      activity_type: context.activityType,
    },
    ...(span !== undefined && { trace: { trace_id: span.traceId, span_id: span.spanId } }),
    unsentCount,
  });
}

/** A batch's run is called after it (batchWorkflowId). */
export const batchIdOf = (workflowId = ''): string | undefined =>
  /^batch-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(workflowId)?.[1];
