import type { ZodOpenApiPathsObject } from 'zod-openapi';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
} from '../openapi-operations.ts';
import { apiKeyListQuery, apiKeySchema, createdApiKeySchema, newApiKeySchema } from './schema.ts';

const tags = ['API keys'];

export const apiKeyPaths: ZodOpenApiPathsObject = {
  '/api/admin/api-keys': {
    get: listOperation(
      { operationId: 'listApiKeys', tags, summary: 'API keys, the revoked ones too' },
      apiKeyListQuery,
      apiKeySchema,
    ),
    post: createOperation(
      {
        operationId: 'createApiKey',
        tags,
        summary: 'Create an API key',
        description: 'The answer is the only place where the key is ever shown.',
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
        'It stays in the list. Requests with it are refused at once by the process that answers, within two seconds by all others.',
    }),
  },
};
