import { once } from 'node:events';
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface LoadAnswer {
  text: string;
  headers: IncomingHttpHeaders;
}

/**
 * A cheap client: it keeps its connections, and sends bodies that were prepared as bytes. It throws an Error for every
 * response other than 2xx.
 */
export class ApiLoad {
  readonly #agent = new Agent({ keepAlive: true });
  readonly baseUrl: string;
  readonly authorization: string;

  constructor(baseUrl: string, apiKey: string) {
    this.baseUrl = baseUrl;
    this.authorization = `Bearer ${apiKey}`;
  }

  async get<Body>(path: string): Promise<Body> {
    return JSON.parse((await this.#send('GET', path, {}, null)).text) as Body;
  }

  async post<Body>(path: string, body: unknown): Promise<Body> {
    return JSON.parse((await this.postBytes(path, Buffer.from(JSON.stringify(body)))).text) as Body;
  }

  postBytes(path: string, body: Buffer): Promise<LoadAnswer> {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    return this.#send('POST', path, headers, body);
  }

  /** Posts a batch and returns its id. */
  async postBatch(body: Buffer): Promise<string> {
    return batchIdOf(await this.postBytes('/api/integrations/transactions', body));
  }

  /** Posts a batch as NDJSON and returns its id. */
  async streamBatch(lines: Readable): Promise<string> {
    const headers = { 'content-type': 'application/x-ndjson' };
    return batchIdOf(await this.#send('POST', '/api/integrations/transactions', headers, lines));
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * The server closes a connection that is idle for some seconds. If the next request is sent at that moment, the
   * server has not seen it, so it is sent again.
   */
  async #send(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    body: Buffer | Readable | null,
  ): Promise<LoadAnswer> {
    const isStream = body !== null && !Buffer.isBuffer(body);
    const sent = request(this.baseUrl + path, {
      agent: isStream ? false : this.#agent,
      method,
      headers: { authorization: this.authorization, ...headers },
    });
    try {
      const answered = once(sent, 'response');
      if (isStream) await pipeline(body, sent);
      else sent.end(body ?? undefined);
      return await readAnswer(`${method} ${path}`, (await answered)[0]);
    } catch (error) {
      if (isStream || !sent.reusedSocket || !isClosed(error)) throw error;
      return this.#send(method, path, headers, body);
    }
  }
}

async function readAnswer(what: string, response: IncomingMessage): Promise<LoadAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const { statusCode = 0, headers } = response;
  if (statusCode < 200 || statusCode > 299)
    throw new Error(`${what} was answered with ${statusCode}: ${text}`);
  return { text, headers };
}

const isClosed = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

const batchIdOf = ({ text }: LoadAnswer): string =>
  (JSON.parse(text) as { batch_id: string }).batch_id;
