import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { waitFor } from './wait-for.ts';

/** The members of an event that tests look at. */
export interface SentryEvent {
  level: string;
  platform: string;
  release: string;
  environment: string;
  transaction: string;
  message?: string;
  fingerprint?: string[];
  tags: Record<string, string>;
  contexts: { trace?: { trace_id: string; span_id: string } };
  extra?: Record<string, unknown>;
  exception?: {
    values: {
      type: string;
      value: string;
      stacktrace?: {
        frames: {
          function?: string;
          filename: string;
          lineno: number;
          colno: number;
          in_app: boolean;
        }[];
      };
    }[];
  };
}

export interface Envelope {
  /** Everything that came in the body. */
  raw: string;
  path: string;
  headers: IncomingHttpHeaders;
  event: SentryEvent;
}

export interface SentryReceiver {
  dsn: string;
  origin: string;
  /** What has arrived, in its order. */
  envelopes: Envelope[];
  /** Waits until so many events have arrived that the condition holds for. */
  arrived(
    count: number,
    isMeant?: (event: SentryEvent) => boolean,
    timeoutMs?: number,
  ): Promise<SentryEvent[]>;
  /** Answers what comes from now on with this status, after this event. */
  answer(status: number, headers?: Record<string, string>, after?: Promise<unknown>): void;
  stop(): Promise<void>;
}

/** Takes envelopes on a loopback port, as Sentry does. */
export async function startSentryReceiver(): Promise<SentryReceiver> {
  const envelopes: Envelope[] = [];
  let status = 200;
  let answerHeaders: Record<string, string> = {};
  let after: Promise<unknown> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    const [, , event = '{}'] = raw.split('\n');
    envelopes.push({
      raw,
      path: request.url ?? '',
      headers: request.headers,
      event: JSON.parse(event),
    });
    await after;
    response.writeHead(status, { 'Access-Control-Allow-Origin': '*', ...answerHeaders }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    dsn: `http://0123456789abcdef0123456789abcdef@${host}/7`,
    origin: `http://${host}`,
    envelopes,
    arrived(count, isMeant = () => true, timeoutMs = 30_000) {
      return waitFor(async () => {
        const meant = envelopes.map(({ event }) => event).filter(isMeant);
        return meant.length >= count ? meant : null;
      }, timeoutMs);
    },
    answer(nextStatus, headers = {}, nextAfter = Promise.resolve()) {
      status = nextStatus;
      answerHeaders = headers;
      after = nextAfter;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
