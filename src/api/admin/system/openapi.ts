import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { pauseSchema, systemSchema } from './schema.ts';

const tags = ['System'];
const done = { '204': { description: 'Done.' } };

const operation = (operationId: string, summary: string): ZodOpenApiOperationObject => ({
  operationId,
  tags,
  summary,
  responses: { ...done, ...problems('404') },
});

export const systemPaths: ZodOpenApiPathsObject = {
  '/api/admin/system': {
    get: {
      operationId: 'getSystem',
      tags,
      summary:
        'The servers that Tallyflow works with, the backlog and the last hour, the schedule of the sweep, and the caches',
      description:
        'Lists what is unavailable, within about two seconds. The status is 200 in any case.',
      responses: {
        '200': {
          description: 'The system.',
          content: { 'application/json': { schema: systemSchema } },
        },
        ...problems(),
      },
    },
  },
  '/api/admin/system/schedule/pause': {
    post: {
      ...operation('pauseSchedule', 'Run the sweep no more until it is resumed'),
      requestBody: { required: true, content: { 'application/json': { schema: pauseSchema } } },
      responses: { ...done, ...problems('400', '404', '413', '415') },
    },
  },
  '/api/admin/system/schedule/resume': {
    post: operation('resumeSchedule', 'Run the sweep by its schedule again'),
  },
  '/api/admin/system/schedule/trigger': {
    post: operation('triggerSchedule', 'Run the sweep now, unless it is running'),
  },
  '/api/admin/system/caches/drop': {
    post: {
      ...operation('dropCaches', 'Drop the cached reports and patterns'),
      responses: { ...done, ...problems() },
    },
  },
};
