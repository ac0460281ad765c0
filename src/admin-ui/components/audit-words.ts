import { consoleResources } from '../resources.tsx';

/** The list's words for what was done. An action without one is shown by its name in the API. */
const actions: Record<string, string> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  import: 'imported',
  begin_export: 'started to export',
  export: 'exported',
  revoke: 'revoked',
  rotate: 'rotated',
  retry: 'retried',
  accept: 'accepted',
  reject: 'rejected',
  undo: 'took back',
  activate: 'made live',
  merge: 'merged',
  cancel: 'cancelled',
  end: 'ended',
  invite: 'invited again',
  accept_invitation: 'accepted the invitation',
  sign_in: 'signed in',
  sign_in_failed: 'failed to sign in',
  sign_in_locked: 'was temporarily locked out',
  second_factor_failed: 'entered a wrong code',
  password_check_failed: 'entered a wrong password',
  sign_out: 'signed out',
  end_session: 'ended a session',
  end_other_sessions: 'ended all other sessions',
  change_password: 'changed the password',
  add_second_factor: 'added a second factor',
  remove_second_factor: 'removed the second factor',
  pause: 'paused',
  resume: 'resumed',
  trigger: 'triggered',
  drop: 'cleared',
};

export const actionWord = (action: string): string => actions[action] ?? action;

export const auditedActions = Object.keys(actions);

/** Resources without a page of their own. */
const otherResources: Record<string, string> = {
  trainings: 'Trainings',
  'learned-versions': 'Learned versions',
  suggestions: 'Suggestions',
  acceptances: 'Accepted suggestions',
  exports: 'Exports',
};

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
  'categorizers',
  'trainings',
  'learned-versions',
  'suggestions',
  'acceptances',
  'api-keys',
  'users',
  'exports',
  'system',
];

/** The API shows entries of these resources to admins only. */
export const resourcesOfAdmins = ['api-keys', 'users', 'exports'];
