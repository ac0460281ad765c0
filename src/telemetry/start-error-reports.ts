import { randomUUID } from 'node:crypto';
import {
  createEventEnvelope,
  createTransport,
  getEnvelopeEndpointWithUrlEncodedAuth,
  makeDsn,
  SDK_VERSION,
} from '@sentry/core';
import type { ErrorEvent } from '../error-reports/error-event.ts';
import { sendErrorsTo } from '../error-reports/report-error.ts';
import type { Telemetry } from './telemetry.ts';
import type { SentryOptions, TelemetryOptions } from './telemetry-options.ts';

/** A Sentry that takes longer has a fault of its own. */
const requestTimeoutMs = 10_000;
/** Requests at a time. While Sentry is slow, the events beyond are dropped; the log has the errors. */
const maxRequests = 8;

/**
 * Sends to Sentry what reportError() is told. Of Sentry's SDK it uses the protocol alone, since everything else there
 * adds to an event, or hooks into the process.
 */
export function startErrorReports(
  { dsn: text, environment, release }: SentryOptions,
  { name }: TelemetryOptions['service'],
): Telemetry {
  const dsn = makeDsn(text);
  if (dsn === undefined) throw new Error('SENTRY_DSN is not a DSN of Sentry.');
  // Sentry would keep the address that an event comes from.
  const settings = { infer_ip: 'never' as const };
  const sdk = { name: 'tallyflow', version: SDK_VERSION, settings };
  const endpoint = getEnvelopeEndpointWithUrlEncodedAuth(dsn, undefined, sdk);
  const ended = new AbortController();
  const transport = createTransport(
    { bufferSize: maxRequests, recordDroppedEvent: () => {} },
    async ({ body }) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-sentry-envelope' },
        body: body as string,
        redirect: 'error',
        signal: AbortSignal.any([ended.signal, AbortSignal.timeout(requestTimeoutMs)]),
      });
      await response.body?.cancel();
      return {
        statusCode: response.status,
        headers: {
          'x-sentry-rate-limits': response.headers.get('X-Sentry-Rate-Limits'),
          'retry-after': response.headers.get('Retry-After'),
        },
      };
    },
  );
  sendErrorsTo((event) => {
    const sent = transport.send(
      createEventEnvelope({ ...toSentryEvent(event, name), environment, release }, dsn, { sdk }),
    );
    // Sentry is away, and the log has the error.
    sent.then(undefined, () => {});
  });
  return {
    async shutdown() {
      sendErrorsTo(null);
      await transport.flush();
      ended.abort();
    },
  };
}

function toSentryEvent(
  { exceptions, tags, trace, unsentCount, ...rest }: ErrorEvent,
  service: string,
) {
  const { route, activity_type: activityType, workflow_type: workflowType } = tags;
  return {
    event_id: randomUUID().replaceAll('-', ''),
    timestamp: Date.now() / 1_000,
    platform: 'node',
    // What Sentry lists an issue under.
    transaction: route ?? activityType ?? workflowType ?? service,
    ...rest,
    ...(exceptions !== undefined && { exception: { values: exceptions } }),
    tags: { service, ...tags },
    contexts: {
      runtime: { name: 'node', version: process.version },
      ...(trace !== undefined && { trace }),
    },
    ...(unsentCount > 0 && { extra: { not_sent_in_the_hour_before: unsentCount } }),
  };
}
