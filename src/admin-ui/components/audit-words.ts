import { consoleResources } from '../resources.tsx';

/** What was done, as the list says it; a new action shows as the API names it until it has its word. */
const actions: Record<string, string> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  import: 'imported',
  begin_export: 'began to export',
  export: 'exported',
  revoke: 'revoked',
  rotate: 'rotated',
  retry: 'retried',
  merge: 'merged',
  cancel: 'cancelled',
  end: 'ended',
  invite: 'invited again',
  accept_invitation: 'accepted the invitation',
  sign_in: 'signed in',
  sign_in_failed: 'failed to sign in',
  sign_in_locked: 'locked out for a while',
  second_factor_failed: 'wrong code',
  password_check_failed: 'wrong password',
  sign_out: 'signed out',
  end_session: 'ended a session',
  end_other_sessions: 'ended all other sessions',
  change_password: 'changed the password',
  add_second_factor: 'added a second factor',
  remove_second_factor: 'removed the second factor',
  pause: 'paused',
  resume: 'resumed',
  trigger: 'run now',
  drop: 'dropped',
};

export const actionWord = (action: string): string => actions[action] ?? action;

export const actionOptions = Object.entries(actions).map(([value, label]) => ({ value, label }));

/** What has no page of its own. */
const otherResources: Record<string, string> = { exports: 'Exports' };

export const resourceWord = (resource: string): string =>
  consoleResources.find(({ name }) => name === resource)?.label ??
  otherResources[resource] ??
  resource;

export const auditedResources = [
  'categories',
  'category-patterns',
  'transactions',
  'batches',
  'recategorizations',
  'api-keys',
  'users',
  'exports',
  'system',
];

/** Whose entries the API shows to admins alone. */
export const resourcesOfAdmins = ['api-keys', 'users', 'exports'];
