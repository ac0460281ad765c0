import type { HttpError } from '@refinedev/core';

/** An answer in the form of RFC 9457, as far as the console needs it. */
interface Problem {
  detail?: string;
  code?: string;
  errors?: { pointer: string; detail: string }[];
}

/** Known since signing in, or since the session was last asked for; kept where no other script finds it. */
let csrfToken = '';

export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

export interface Answer<Body> {
  body: Body;
  headers: Headers;
}

/** A request to the API with the session's cookie. Throws an HttpError whose messages are for people. */
export async function request<Body>(
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(method !== 'GET' && { 'X-CSRF-Token': csrfToken }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch(() => {
    throw toError(0, {
      detail: 'The server can’t be reached. Check the connection and try again.',
    });
  });
  const text = await response.text();
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw toError(response.status, parsed as Problem);
  return { body: parsed as Body, headers: response.headers };
}

/** Refine shows `errors` at the fields of a form, by their names. */
function toError(statusCode: number, problem: Problem): HttpError {
  const fields = (problem.errors ?? []).map(({ pointer, detail }): [string, string] => [
    pointer.split('/').at(-1) ?? '',
    detail,
  ]);
  return {
    statusCode,
    message: problem.detail ?? 'Something went wrong.',
    code: problem.code,
    errors: Object.fromEntries(fields.map(([field, detail]) => [field, [detail]])),
  };
}
