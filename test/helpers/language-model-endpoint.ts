import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the endpoint has received it. */
export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The merchant that it asks about. */
  merchant: string;
}

export interface LanguageModelEndpoint {
  baseUrl: string;
  received: ReceivedRequest[];
  /** What it does with a request; by default it says "none". */
  behave: (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;
  stop(): Promise<void>;
}

/** Sends a chat completion with this text, and the tokens that it has cost. */
export function sayText(response: ServerResponse, content: string, totalTokens = 100): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'test',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
      usage: { prompt_tokens: totalTokens - 20, completion_tokens: 20, total_tokens: totalTokens },
    }),
  );
}

export const say = (
  response: ServerResponse,
  category: string,
  confidence = 0.9,
  totalTokens = 100,
): void => sayText(response, JSON.stringify({ category, confidence }), totalTokens);

/** A real server on loopback that stands for a language model. */
export async function startLanguageModelEndpoint(): Promise<LanguageModelEndpoint> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const received: ReceivedRequest = {
        path: request.url ?? '',
        headers: request.headers,
        body,
        merchant: merchantIn(body),
      };
      endpoint.received.push(received);
      void endpoint.behave(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint: LanguageModelEndpoint = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received: [],
    behave: (response) => say(response, 'none'),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return endpoint;
}

function merchantIn(body: string): string {
  try {
    const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] };
    return JSON.parse(messages.at(-1)?.content ?? '').merchant;
  } catch {
    return '';
  }
}
