import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  decodeLogs,
  decodeMetrics,
  decodeSpans,
  type ReceivedLog,
  type ReceivedMetric,
  type ReceivedSpan,
} from './otlp-messages.ts';
import { waitFor } from './wait-for.ts';

export type { ReceivedLog, ReceivedMetric, ReceivedSpan } from './otlp-messages.ts';

/** A request as it was sent, whatever the receiver answered. */
export interface OtlpRequest {
  path: string;
  headers: IncomingHttpHeaders;
  /** As sent, so compressed or not. */
  bytes: number;
  /** The decompressed message; each text in it stands there as it is, which a search for a secret uses. */
  text: string;
}

/** `hang` never answers, `refuse` answers 503. Neither keeps what was sent, except in `requests`. */
export type ReceiverMode = 'accept' | 'hang' | 'refuse';

/**
 * A real server on loopback that stands for an OpenTelemetry collector. It speaks OTLP over HTTP with protobuf. `url` is
 * what OTEL_EXPORTER_OTLP_ENDPOINT takes.
 */
export class OtlpReceiver {
  mode: ReceiverMode = 'accept';
  readonly requests: OtlpRequest[] = [];
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly metrics: ReceivedMetric[] = [];
  /** Requests that could not be decoded. A test expects it to be empty. */
  readonly failures: unknown[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      const path = request.url ?? '';
      this.requests.push({
        path,
        headers: request.headers,
        bytes: sent.length,
        text: body.toString(),
      });
      if (this.mode === 'hang') return;
      if (this.mode === 'refuse') {
        response.writeHead(503).end();
        return;
      }
      try {
        this.#keep(path, body);
        // An empty message is an answer that says that all was accepted.
        response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
      } catch (error) {
        this.failures.push(error);
        response.writeHead(400).end();
      }
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Requests that wait for an answer are cut off. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The first that matches, whether it has come already or not. */
  waitForSpan(matches: (span: ReceivedSpan) => boolean, timeoutMs?: number): Promise<ReceivedSpan> {
    return waitFor(async () => this.spans.find(matches), timeoutMs);
  }

  waitForLog(matches: (log: ReceivedLog) => boolean, timeoutMs?: number): Promise<ReceivedLog> {
    return waitFor(async () => this.logs.find(matches), timeoutMs);
  }

  waitForMetric(
    matches: (metric: ReceivedMetric) => boolean,
    timeoutMs?: number,
  ): Promise<ReceivedMetric> {
    return waitFor(async () => this.metrics.find(matches), timeoutMs);
  }

  #keep(path: string, body: Uint8Array): void {
    if (path === '/v1/traces') this.spans.push(...decodeSpans(body));
    else if (path === '/v1/logs') this.logs.push(...decodeLogs(body));
    else if (path === '/v1/metrics') this.metrics.push(...decodeMetrics(body));
    else throw new Error(`nothing is expected at ${path}`);
  }
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const receiver = new OtlpReceiver();
  await receiver.listen();
  return receiver;
}
