import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { listOperation, readOperation } from '../openapi-operations.ts';
import { transactionChangeSchema } from '../transactions/schema.ts';
import { sampledDecisionSchema, weeklySampleSchema } from './sample-schema.ts';
import {
  evaluationQuery,
  learnedVersionListQuery,
  learnedVersionSchema,
  learningEvaluationSchema,
  trainingListQuery,
  trainingSchema,
} from './schema.ts';

const tags = ['Learning'];
const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

export const learningPaths: ZodOpenApiPathsObject = {
  '/api/admin/learning/trainings': {
    get: listOperation(
      { operationId: 'listTrainings', tags, summary: 'Trainings, newest first' },
      trainingListQuery,
      trainingSchema,
    ),
    post: {
      operationId: 'createTraining',
      tags,
      summary: 'Learn from the categories that people set',
      description:
        'Contains every category that was set before this request. While another training runs, this one waits for it.',
      responses: {
        '202': {
          description: 'Stored; it starts now, or after the one that runs.',
          headers: z.object({ Location: z.string() }),
          content: json(trainingSchema),
        },
      },
    },
  },
  '/api/admin/learning/trainings/{id}': {
    get: readOperation(
      { operationId: 'getTraining', tags, summary: 'A training and what came of it' },
      trainingSchema,
    ),
  },
  '/api/admin/learning/versions': {
    get: listOperation(
      { operationId: 'listLearnedVersions', tags, summary: 'Learned versions, newest first' },
      learnedVersionListQuery,
      learnedVersionSchema,
    ),
  },
  '/api/admin/learning/versions/{id}/activate': {
    post: {
      operationId: 'activateLearnedVersion',
      tags,
      summary: 'Make a version live',
      description: 'It decides about every batch that is posted after the answer.',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: {
        '200': { description: 'It is live.', content: json(learnedVersionSchema) },
        ...problems('404'),
      },
    },
  },
  '/api/admin/learning/sample': {
    get: {
      operationId: 'getWeeklySample',
      tags,
      summary: 'Automatic decisions to confirm this week',
      description:
        'Up to 50 decisions of the last 7 days, drawn at random when somebody first asks in a week. Confirming them shows how right all decisions are.',
      responses: {
        '200': { description: 'The same all week.', content: json(weeklySampleSchema) },
      },
    },
  },
  '/api/admin/learning/sample/{id}': {
    post: {
      operationId: 'answerSampledDecision',
      tags,
      summary: 'Confirm or correct a decision of a sample',
      description: 'Sets the category of the transaction by hand.',
      requestParams: {
        path: z.object({ id: z.string().meta({ description: 'The id of the transaction.' }) }),
      },
      requestBody: { required: true, content: json(transactionChangeSchema) },
      responses: {
        '200': { description: 'It is answered.', content: json(sampledDecisionSchema) },
        ...problems('400', '404', '413', '415'),
      },
    },
  },
  '/api/admin/learning/evaluation': {
    get: {
      operationId: 'getLearningEvaluation',
      tags,
      summary: 'How right the categorizers are',
      requestParams: { query: evaluationQuery },
      responses: {
        '200': {
          description: 'Nulls and empty lists if nothing was learned.',
          content: json(learningEvaluationSchema),
        },
        ...problems('400', '404'),
      },
    },
  },
};
