import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
  updateOperation,
} from '../openapi-operations.ts';
import {
  invitedUserSchema,
  newUserSchema,
  userChangeSchema,
  userListQuery,
  userSchema,
  userWithKeysSchema,
} from './schema.ts';

const tags = ['Users'];

export const userPaths: ZodOpenApiPathsObject = {
  '/api/admin/users': {
    get: listOperation(
      { operationId: 'listUsers', tags, summary: 'Users of the console' },
      userListQuery,
      userSchema,
    ),
    post: createOperation(
      { operationId: 'inviteUser', tags, summary: 'Invite a user' },
      newUserSchema,
      invitedUserSchema,
    ),
  },
  '/api/admin/users/{id}': {
    get: readOperation(
      { operationId: 'getUser', tags, summary: 'A user, with the API keys that they created' },
      userWithKeysSchema,
    ),
    patch: updateOperation(
      {
        operationId: 'updateUser',
        tags,
        summary: 'Change the name, role or right to export; disable or enable',
        description:
          'The last admin who can sign in cannot be disabled or lose the role (409). API keys of a disabled user continue to work; the response lists them.',
      },
      userChangeSchema,
      userWithKeysSchema,
    ),
  },
  '/api/admin/users/{id}/second-factor': {
    delete: deleteOperation({
      operationId: 'removeSecondFactorOf',
      tags,
      summary: 'Remove the second factor of a user who has lost it, and end their sessions',
    }),
  },
  '/api/admin/users/{id}/invitation': {
    post: {
      operationId: 'renewInvitation',
      tags,
      summary: 'Create a new invitation, for example for a forgotten password',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: {
        '200': {
          description: 'The user, with the link.',
          content: { 'application/json': { schema: invitedUserSchema } },
        },
        ...problems('404'),
      },
    },
  },
};
