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
        summary: 'API keys, the revoked and the expired ones too',
        description:
          'q searches names, prefixes, accounts and who made a key. `created_by` takes the id of a user: `?created_by=7&status=live` lists what to revoke or rotate when user 7 leaves.',
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
          'The answer is the only place where the key is ever shown. A key with account_prefixes posts rows of these accounts alone (403 `account_not_allowed` for others), reads their reports, and sees the batches that it or its predecessors sent; all else is a 404.',
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
        'It stays in the list; those that it was rotated from or to stay as they are. Requests with it are refused at once by the process that answers, within two seconds by all others, which also end its uploads, event streams and exports.',
    }),
  },
  '/api/admin/api-keys/{id}/rotate': {
    post: {
      operationId: 'rotateApiKey',
      tags,
      summary: 'Replace an API key by a successor',
      description:
        "The successor has the name, scopes and accounts of the key, shares its idempotency keys, limits and batches, and expires after as long a time as the key was created with. The key itself is good for overlap_seconds more, or until its own expires_at. A key may be rotated again meanwhile, in case a successor got lost: each has to be revoked by itself, and the key's end never moves back.",
      requestParams: { path: z.object({ id: z.string() }) },
      requestBody: {
        required: false,
        content: { 'application/json': { schema: rotationSchema } },
      },
      responses: {
        '201': {
          description: 'The successor, with the key, which is shown this once.',
          headers: z.object({ Location: z.string() }),
          content: { 'application/json': { schema: createdApiKeySchema } },
        },
        ...problems('400', '404', '409', '413', '415'),
      },
    },
  },
};
