import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { healthSchema, readinessSchema } from './schema.ts';

const tags = ['Operations'];

export const operationPaths: ZodOpenApiPathsObject = {
  '/healthz': {
    get: {
      operationId: 'getHealth',
      tags,
      summary: 'Whether the process answers',
      security: [],
      responses: {
        '200': {
          description: 'It does.',
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
        'Temporal or the cache away is "degraded": batches are captured all the same, and processed later.',
      security: [],
      responses: {
        '200': {
          description: 'ready or degraded.',
          content: { 'application/json': { schema: readinessSchema } },
        },
        '503': {
          description: 'unready: the database is away.',
          content: { 'application/json': { schema: readinessSchema } },
        },
      },
    },
  },
};
