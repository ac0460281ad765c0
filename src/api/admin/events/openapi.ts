import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { changeEventSchema } from './schema.ts';

export const eventPaths: ZodOpenApiPathsObject = {
  '/api/admin/events': {
    get: {
      operationId: 'streamChanges',
      tags: ['Audit log'],
      summary: 'What is changed from now on, as server-sent events',
      description:
        '`change` for each resource that a request has changed, with the JSON below as its data; `end` when who listens is not signed in any more. Changes of users and API keys are told to admins alone. At most 5 streams for each who asks.',
      responses: {
        '200': {
          description: 'The stream.',
          content: { 'text/event-stream': { schema: changeEventSchema } },
        },
        ...problems('429', '503'),
      },
    },
  },
};
