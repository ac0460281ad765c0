import type { HttpError } from '@refinedev/core';
import { traceHeaders } from '../errors/page-trace.ts';
import { toHttpError } from './problem.ts';
import { reportUnreachable } from './reachability.ts';

export const apiUrl = '/api/admin';

/** The API issues the token with the session; every change sends it. */
let csrfToken: string | null = null;

export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** The prefix of the request ids of this window's changes. */
const ownPrefix = `console-${[...crypto.getRandomValues(new Uint32Array(2))].map((part) => part.toString(36)).join('')}-`;
let requestCount = 0;

/** Whether this window made the request, so that Refine knows its effect already. */
export const isOwnRequest = (requestId: string): boolean => requestId.startsWith(ownPrefix);

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Is sent as JSON; a Blob is sent as it is, with its media type. */
  body?: unknown;
  signal?: AbortSignal;
}

export interface ApiAnswer<Data> {
  data: Data;
  headers: Headers;
}

/** Asks the API on behalf of the signed-in user. Throws Refine's HttpError. */
export async function request<Data>(
  path: string,
  { method = 'GET', body, signal }: ApiRequest = {},
): Promise<ApiAnswer<Data>> {
  const response = await send(path, {
    method,
    signal,
    headers: {
      Accept: 'application/json',
      ...traceHeaders(),
      ...(body !== undefined && {
        'Content-Type': body instanceof Blob ? body.type : 'application/json',
      }),
      ...(method !== 'GET' && { 'X-Request-Id': `${ownPrefix}${++requestCount}` }),
      ...(method !== 'GET' && csrfToken !== null && { 'X-CSRF-Token': csrfToken }),
    },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const isJson = /[/+]json/.test(response.headers.get('Content-Type') ?? '');
  const answer: unknown = isJson ? await response.json() : null;
  if (!response.ok) throw toHttpError(response.status, answer);
  return { data: answer as Data, headers: response.headers };
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${apiUrl}/${path}`, init);
  } catch (error) {
    // An aborted request is no failure.
    if (init.signal?.aborted) throw error;
    reportUnreachable();
    const lost: HttpError = { message: 'Could not reach the server.', statusCode: 0 };
    throw lost;
  }
}
