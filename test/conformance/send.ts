import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ingestPath, type KeyName, type Request } from './case.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** Requests at a time. They share as many connections, which stay open. */
const concurrency = 16;

export class Client {
  readonly #url: URL;
  readonly #keys: Record<KeyName, string>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: concurrency });

  constructor(url: string, keys: Record<KeyName, string>) {
    this.#url = new URL(url);
    this.#keys = keys;
  }

  /** Sends the request, and again where it is told to come later: a small machine may be busy with other suites. */
  async send(request: Request): Promise<Answer> {
    for (let turn = 1; ; turn++) {
      const answer = await this.#sendOnce(request);
      if (answer.status !== 503 || turn === 5) return answer;
      await setTimeout(Number(answer.headers['retry-after']) * 1_000);
    }
  }

  /** Sends the request as it is: nothing is added but the key, the type, and the length of the body. */
  async #sendOnce(request: Request): Promise<Answer> {
    const {
      method = 'POST',
      path = ingestPath,
      query = '',
      body,
      pieceBytes,
      key = 'ingest',
    } = request;
    const bytes = body === undefined ? undefined : Buffer.from(body as string);
    const type = request.type === undefined ? 'application/json' : request.type;
    const sending = openRequest({
      agent: this.#agent,
      host: this.#url.hostname,
      port: this.#url.port,
      method,
      path: path + query,
      headers: {
        ...(bytes !== undefined && pieceBytes === undefined && { 'Content-Length': bytes.length }),
        ...(bytes !== undefined && pieceBytes !== undefined && { 'Transfer-Encoding': 'chunked' }),
        ...(type !== null && { 'Content-Type': type }),
        ...(key !== null && { Authorization: `Bearer ${this.#keys[key]}` }),
        ...request.headers,
      },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sending.once('response', resolve).once('error', reject);
    });
    // Node.js would take a request of another method than POST for one with a body otherwise.
    if (bytes === undefined) {
      sending.useChunkedEncodingByDefault = false;
      sending.end();
    } else if (request.headers?.Expect !== undefined) {
      sending.once('continue', () => sending.end(bytes)).flushHeaders();
    } else if (pieceBytes === undefined) {
      sending.end(bytes);
    } else {
      for (let at = 0; at < bytes.length; at += pieceBytes)
        sending.write(bytes.subarray(at, at + pieceBytes));
      sending.end();
    }
    const response = await answered;
    const chunks: Buffer[] = await response.toArray();
    return {
      status: response.statusCode as number,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      ),
      text: Buffer.concat(chunks).toString(),
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Does the work for each item, so many at a time, and keeps the order of the results. */
export async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  const worker = async () => {
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}
