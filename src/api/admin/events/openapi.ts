import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { changeEventSchema } from './schema.ts';

export const eventPaths: ZodOpenApiPathsObject = {
  '/api/admin/events': {
    get: {
      operationId: 'streamChanges',
      tags: ['Audit log'],
      summary: 'Stream changes as server-sent events',
      description:
        '`change` for each resource that a request has changed, with the JSON below as its data; `end` when the listener is no longer signed in. Only admins see changes to users and API keys. At most 5 streams for each user or key.',
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
