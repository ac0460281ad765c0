import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { deleteOperation } from '../openapi-operations.ts';
import {
  codeSchema,
  invitationAcceptanceSchema,
  ownSessionSchema,
  passwordChangeSchema,
  passwordSchema,
  recoveryCodesSchema,
  secondFactorRemovalSchema,
  secondFactorSchema,
  sessionSchema,
  signInSchema,
} from './schema.ts';

const tags = ['Session'];
const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
const signedIn = {
  description:
    'Signed in. The response sets the cookies tallyflow_session and tallyflow_browser; the latter identifies the browser at the next sign-in.',
  ...json(sessionSchema),
};
const done = { '204': { description: 'Done.' } };

export const sessionPaths: ZodOpenApiPathsObject = {
  '/api/admin/session': {
    post: {
      operationId: 'signIn',
      tags,
      summary: 'Sign in to the console',
      security: [],
      requestBody: { required: true, ...json(signInSchema) },
      responses: { '200': signedIn, ...problems('400', '413', '415') },
    },
    get: {
      operationId: 'getSession',
      tags,
      summary: 'Who is signed in',
      responses: { '200': { description: 'The session.', ...json(sessionSchema) }, ...problems() },
    },
    delete: {
      operationId: 'signOut',
      tags,
      summary: 'Sign out',
      responses: { ...done, ...problems() },
    },
  },
  '/api/admin/sessions': {
    get: {
      operationId: 'listOwnSessions',
      tags,
      summary: 'Sessions of the user, most recently used first',
      responses: {
        '200': { description: 'All live sessions.', ...json(z.array(ownSessionSchema)) },
        ...problems(),
      },
    },
    delete: {
      operationId: 'signOutEverywhere',
      tags,
      summary: 'Sign out everywhere',
      responses: { ...done, ...problems() },
    },
  },
  '/api/admin/sessions/others': {
    delete: {
      operationId: 'endOtherSessions',
      tags,
      summary: 'End all sessions of the user except this one',
      responses: { ...done, ...problems() },
    },
  },
  '/api/admin/sessions/{id}': {
    delete: deleteOperation({
      operationId: 'endSession',
      tags,
      summary: 'End one session of the user',
    }),
  },
  '/api/admin/session/password': {
    post: {
      operationId: 'changePassword',
      tags,
      summary: "Change the user's own password, and end all other sessions",
      requestBody: { required: true, ...json(passwordChangeSchema) },
      responses: { ...done, ...problems('400', '413', '415') },
    },
  },
  '/api/admin/session/second-factor': {
    post: {
      operationId: 'beginSecondFactor',
      tags,
      summary: 'Begin to add a second factor: get the secret for an authenticator app',
      requestBody: { required: true, ...json(passwordSchema) },
      responses: {
        '200': {
          description: 'Takes effect once a code is confirmed.',
          ...json(secondFactorSchema),
        },
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/session/second-factor/confirm': {
    post: {
      operationId: 'confirmSecondFactor',
      tags,
      summary: 'Confirm the second factor, and end all other sessions',
      requestBody: { required: true, ...json(codeSchema) },
      responses: {
        '200': {
          description: 'Recovery codes, in case the device is lost.',
          ...json(recoveryCodesSchema),
        },
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/session/second-factor/remove': {
    post: {
      operationId: 'removeSecondFactor',
      tags,
      summary: "Remove the user's own second factor",
      requestBody: { required: true, ...json(secondFactorRemovalSchema) },
      responses: { ...done, ...problems('400', '404', '413', '415') },
    },
  },
  '/api/admin/invitations/accept': {
    post: {
      operationId: 'acceptInvitation',
      tags,
      summary: 'Choose a password, and sign in',
      security: [],
      requestBody: { required: true, ...json(invitationAcceptanceSchema) },
      responses: { '200': signedIn, ...problems('400', '413', '415') },
    },
  },
};
