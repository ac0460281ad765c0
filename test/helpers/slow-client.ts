import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestApi } from './test-api.ts';

export interface SlowAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface SlowClient {
  answer: Promise<SlowAnswer>;
  /** Null until the answer has arrived. */
  status(): number | null;
  write(bytes: string | Buffer): void;
  end(): void;
  leave(): void;
}

/** Posts transactions, as slowly as the test writes them. */
export function startSlowClient(
  api: TestApi,
  headers: Record<string, string>,
  first: string | Buffer,
): SlowClient {
  const sending = request(`${api.url}/api/integrations/transactions`, {
    method: 'POST',
    agent: false,
    headers: { Authorization: `Bearer ${api.key}`, ...headers },
  });
  let status: number | null = null;
  const answer = new Promise<SlowAnswer>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (response) => {
      status = response.statusCode ?? 0;
      // How the connection ends does not matter once the answer was read.
      text(response).then(
        (body) => resolve({ status: status as number, headers: response.headers, body }),
        () => resolve({ status: status as number, headers: response.headers, body: '' }),
      );
    });
  });
  // A test that waits for the answer gets the error.
  answer.catch(() => {});
  sending.write(first);
  return {
    answer,
    status: () => status,
    write: (bytes) => {
      if (!sending.destroyed) sending.write(bytes);
    },
    end: () => sending.end(),
    leave: () => sending.destroy(),
  };
}
