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
    'Signed in: the answer sets the cookies tallyflow_session and tallyflow_browser, by which the browser is known at the next sign-in.',
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
      summary: 'Where the user is signed in, the session that was used last first',
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
      summary: 'End all sessions of the user but the one that asks',
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
      summary: 'Change the own password; ends all other sessions',
      requestBody: { required: true, ...json(passwordChangeSchema) },
      responses: { ...done, ...problems('400', '413', '415') },
    },
  },
  '/api/admin/session/second-factor': {
    post: {
      operationId: 'beginSecondFactor',
      tags,
      summary: 'Begin a second factor: the secret for an authenticator app',
      requestBody: { required: true, ...json(passwordSchema) },
      responses: {
        '200': { description: 'In use once a code was confirmed.', ...json(secondFactorSchema) },
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/session/second-factor/confirm': {
    post: {
      operationId: 'confirmSecondFactor',
      tags,
      summary: 'Use the second factor from now on; ends all other sessions',
      requestBody: { required: true, ...json(codeSchema) },
      responses: {
        '200': { description: 'For who loses the device.', ...json(recoveryCodesSchema) },
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/session/second-factor/remove': {
    post: {
      operationId: 'removeSecondFactor',
      tags,
      summary: 'Give up the own second factor',
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
