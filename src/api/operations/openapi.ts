import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { healthSchema, readinessSchema } from './schema.ts';

const tags = ['Operations'];

export const operationPaths: ZodOpenApiPathsObject = {
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tags,
      summary: 'Whether the process responds',
      security: [],
      responses: {
        '200': {
          description: 'The process responds.',
          content: { 'application/json': { schema: healthSchema } },
        },
      },
    },
  },
  '/readyz': {
    get: {
      operationId: 'getReadiness',
      tags,
      summary: 'Whether batches can be captured',
      description:
        '"degraded" means that Temporal or the cache is unavailable, or that changes of API keys have not reached the gateway. Batches are still captured, and processed later.',
      security: [],
      responses: {
        '200': {
          description: 'ready or degraded.',
          content: { 'application/json': { schema: readinessSchema } },
        },
        '503': {
          description: 'unready: the database is unavailable.',
          content: { 'application/json': { schema: readinessSchema } },
        },
      },
    },
  },
};
