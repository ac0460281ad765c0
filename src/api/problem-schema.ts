import { z } from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import { errorCodes } from '../domain/errors.ts';

/** RFC 9457 problem details, the form of every error. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:tallyflow:problem:invalid-request' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(errorCodes).meta({ description: 'Stable code for programs to branch on.' }),
    request_id: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({
            description: 'RFC 6901 pointer into the body, or /name of a query parameter.',
          }),
          detail: z.string(),
          line: z
            .int()
            .optional()
            .meta({ description: '1-based line of an NDJSON or a CSV body.' }),
        }),
      )
      .optional()
      .meta({ description: 'The first 100 bad fields.' }),
    error_count: z.int().optional().meta({ description: 'The number of all bad fields.' }),
  })
  .meta({ id: 'Problem' });

const descriptions: Record<string, string> = {
  '400': 'Something in the request is not valid.',
  '401': 'No or bad credentials.',
  '403': 'The API key lacks the scope, or is not for an account.',
  '404': 'There is no such thing.',
  '408': 'The body came too slowly, or stopped coming; the connection is closed.',
  '409': 'In conflict with the present state.',
  '413': 'Too many bytes or rows.',
  '415': 'A content type or encoding that is not supported.',
  '422': 'The idempotency key was used for another request.',
  '429': 'More requests, rows or bytes than the key may send in a minute; see Retry-After.',
  '503': 'The database or Temporal is away, or there is too much to do; see Retry-After.',
};

const retryAfter = {
  'Retry-After': z.string().meta({ description: 'Seconds to wait before trying again.' }),
};

/** As in draft-ietf-httpapi-ratelimit-headers. */
export const rateLimitHeaders = {
  RateLimit: z.string().meta({
    description: 'What remains of each limit (r), and the seconds until it resets (t).',
    example: '"per-key";r=59999;t=60',
  }),
  'RateLimit-Policy': z.string().meta({
    description:
      'The limits that the request counts towards: requests of the key (per-key), of the console user (per-user), or, without valid credentials, of the address (per-address). Requests that send transactions also count towards the rows (per-key-rows) and the decompressed bytes (per-key-bytes) of the key. Each limit has a quota (q), a unit (qu, requests by default) and a window in seconds (w).',
    example: '"per-key";q=60000;w=60',
  }),
};

const headersByStatus: Record<string, z.ZodObject> = {
  '408': z.object(retryAfter),
  '429': z.object({ ...retryAfter, ...rateLimitHeaders }),
  '503': z.object(retryAfter).partial(),
};

/** The error answers of an operation, besides those that every one with a key may give. */
export function problems(
  ...statuses: (keyof typeof descriptions & string)[]
): ZodOpenApiResponsesObject {
  const all = [...new Set([...statuses, '401', '403', '429', '503'])].sort();
  return Object.fromEntries(
    all.map((status) => [
      status as `${4 | 5}${string}`,
      {
        description: descriptions[status] as string,
        ...(headersByStatus[status] !== undefined && { headers: headersByStatus[status] }),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  ) as ZodOpenApiResponsesObject;
}
