import { once } from 'node:events';
import { request } from 'node:http';
import type { TestApi } from './test-api.ts';

/** An NDJSON stream of transactions that stays open until its client ends it. */
export interface OpenStream {
  send(transactions: readonly unknown[]): void;
  /** The status and the JSON of the answer, which may come before the body's end. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of a body
  answer: Promise<{ status: number; body: any }>;
  /** Ends the body. Resolves to the status and the JSON of the answer. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects of a body
  end(): Promise<{ status: number; body: any }>;
  /** Breaks the connection. */
  leave(): void;
}

export function openStream(
  api: Pick<TestApi, 'url' | 'key'>,
  headers: Record<string, string> = {},
): OpenStream {
  const sending = request(`${api.url}/api/integrations/transactions`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${api.key}`,
      'Content-Type': 'application/x-ndjson',
      ...headers,
    },
  });
  const answer = once(sending, 'response').then(async ([response]) => ({
    status: response.statusCode as number,
    body: JSON.parse(Buffer.concat(await response.toArray()).toString('utf8')),
  }));
  answer.catch(() => {});
  sending.on('error', () => {});
  return {
    answer,
    send: (transactions) =>
      void sending.write(transactions.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    end: () => {
      sending.end();
      return answer;
    },
    leave: () => sending.destroy(),
  };
}
