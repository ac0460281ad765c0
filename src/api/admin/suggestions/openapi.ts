import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { readOperation } from '../openapi-operations.ts';
import {
  acceptAllPreviewSchema,
  acceptAllSchema,
  acceptanceSchema,
  acceptSuggestionSchema,
  rejectSuggestionSchema,
  suggestionsQuerySchema,
  suggestionsSchema,
} from './schema.ts';

const tags = ['Suggestions'];
const path = z.object({ id: z.string() });
const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
const accepted = {
  description: 'Stored; a workflow sets the rows now.',
  headers: z.object({ Location: z.string() }),
  ...json(acceptanceSchema),
};

export const suggestionPaths: ZodOpenApiPathsObject = {
  '/api/admin/suggestions': {
    get: {
      operationId: 'listSuggestions',
      tags,
      summary: 'Uncategorized transactions by merchant, each group with the best suggestion',
      description:
        'Every categorizer is heard, also in shadow. A suggestion that was rejected is not made again.',
      requestParams: { query: suggestionsQuerySchema },
      responses: {
        '200': { description: 'The largest groups first.', ...json(suggestionsSchema) },
        ...problems('400'),
      },
    },
  },
  '/api/admin/suggestions/{id}/accept': {
    post: {
      operationId: 'acceptSuggestion',
      tags,
      summary: 'Set the transactions of a group by hand',
      description:
        'To the suggested category, or to another one. Only transactions change that are uncategorized until then.',
      requestParams: { path },
      requestBody: { required: false, ...json(acceptSuggestionSchema) },
      responses: { '202': accepted, ...problems('400', '404', '409', '413', '415') },
    },
  },
  '/api/admin/suggestions/{id}/reject': {
    post: {
      operationId: 'rejectSuggestion',
      tags,
      summary: 'Do not suggest this category for this group again',
      requestParams: { path },
      requestBody: { required: false, ...json(rejectSuggestionSchema) },
      responses: {
        '204': { description: 'Rejected.' },
        ...problems('400', '404', '409', '413', '415'),
      },
    },
  },
  '/api/admin/suggestions/accept-all': {
    post: {
      operationId: 'acceptAllSuggestions',
      tags,
      summary: 'Accept all suggestions from a confidence on',
      description: 'All of them are one acceptance, which can be undone.',
      requestBody: { required: false, ...json(acceptAllSchema) },
      responses: {
        '200': {
          description: 'What would be accepted, for a dry run.',
          ...json(acceptAllPreviewSchema),
        },
        '202': accepted,
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/suggestions/acceptances/{id}': {
    get: readOperation(
      { operationId: 'getAcceptance', tags, summary: 'An acceptance and its progress' },
      acceptanceSchema,
    ),
  },
  '/api/admin/suggestions/acceptances/{id}/undo': {
    post: {
      operationId: 'undoAcceptance',
      tags,
      summary: 'Give the transactions of an acceptance back to the queue',
      description: 'Those that somebody has changed since stay as they are.',
      requestParams: { path },
      responses: {
        '202': { description: 'A workflow gives them back now.', ...json(acceptanceSchema) },
        ...problems('404', '409'),
      },
    },
  },
};
