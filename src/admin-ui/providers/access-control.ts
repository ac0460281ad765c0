import type { AccessControlProvider } from '@refinedev/core';
import { may } from './may.ts';
import { currentUser } from './session.ts';

/** Mirrors the API's rules, so that nobody is offered what would be refused. */
export const accessControlProvider: AccessControlProvider = {
  async can({ resource, action }) {
    const user = await currentUser();
    if (user !== null && may(user.role, action, resource)) return { can: true };
    return { can: false, reason: 'Your role does not allow this.' };
  },
  options: { buttons: { enableAccessControl: true, hideIfUnauthorized: true } },
};
