import type { AccessControlProvider } from '@refinedev/core';
import { isAllowed } from './is-allowed.ts';
import { currentUser } from './session.ts';

/** Mirrors the API's rules, so that the console offers only what the API allows. */
export const accessControlProvider: AccessControlProvider = {
  async can({ resource, action }) {
    const user = await currentUser();
    if (user !== null && isAllowed(user.role, action, resource)) return { can: true };
    return { can: false, reason: 'Your role does not allow this.' };
  },
  options: { buttons: { enableAccessControl: true, hideIfUnauthorized: true } },
};
