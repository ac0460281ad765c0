import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
} from '../openapi-operations.ts';
import {
  apiKeyListQuery,
  apiKeySchema,
  createdApiKeySchema,
  newApiKeySchema,
  rotationSchema,
} from './schema.ts';

const tags = ['API keys'];

export const apiKeyPaths: ZodOpenApiPathsObject = {
  '/api/admin/api-keys': {
    get: listOperation(
      {
        operationId: 'listApiKeys',
        tags,
        summary: 'API keys, including revoked and expired ones',
        description:
          'q searches names, prefixes, accounts and creators. `created_by` takes the id of a user: `?created_by=7&status=live` lists what to revoke or rotate when user 7 leaves.',
      },
      apiKeyListQuery,
      apiKeySchema,
    ),
    post: createOperation(
      {
        operationId: 'createApiKey',
        tags,
        summary: 'Create an API key',
        description:
          'The key is shown only in this response. A key with account_prefixes posts rows of these accounts only (403 `account_not_allowed` for others), reads their reports, and sees the batches that it or its predecessors sent. Everything else is 404.',
      },
      newApiKeySchema,
      createdApiKeySchema,
    ),
  },
  '/api/admin/api-keys/{id}': {
    get: readOperation({ operationId: 'getApiKey', tags, summary: 'An API key' }, apiKeySchema),
    delete: deleteOperation({
      operationId: 'revokeApiKey',
      tags,
      summary: 'Revoke an API key',
      description:
        'The key stays in the list; its predecessor and successor do not change. The process that responds refuses the key at once, and all others within two seconds. They also end its uploads, event streams and exports.',
    }),
  },
  '/api/admin/api-keys/{id}/rotate': {
    post: {
      operationId: 'rotateApiKey',
      tags,
      summary: 'Replace an API key with a successor',
      description:
        "The successor has the name, scopes and accounts of the key, shares its idempotency keys, limits and batches, and expires after the same period that the key was created with. The key itself works for overlap_seconds more, or until its own expires_at. It may be rotated again during that time, in case a successor gets lost: each successor has to be revoked separately, and the key's end never moves back.",
      requestParams: { path: z.object({ id: z.string() }) },
      requestBody: {
        required: false,
        content: { 'application/json': { schema: rotationSchema } },
      },
      responses: {
        '201': {
          description: 'The successor, with the key, which is shown only once.',
          headers: z.object({ Location: z.string() }),
          content: { 'application/json': { schema: createdApiKeySchema } },
        },
        ...problems('400', '404', '409', '413', '415'),
      },
    },
  },
};
