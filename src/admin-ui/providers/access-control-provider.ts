import type { AccessControlProvider } from '@refinedev/core';
import { mayActAs, type Role } from '../../domain/role.ts';
import { authProvider } from './auth-provider.ts';

/** What the API lets a role do, so that nobody is offered what would be refused. */
export const accessControlProvider: AccessControlProvider = {
  async can({ resource, action }) {
    const role = (await authProvider.getPermissions?.()) as Role;
    const isForAdmins = resource === 'api-keys' || resource === 'users';
    const isRead = action === 'list' || action === 'show';
    const needed = isForAdmins ? 'admin' : isRead ? 'viewer' : 'editor';
    return { can: mayActAs(role, needed), reason: `This needs the role ${needed}.` };
  },
  options: { buttons: { enableAccessControl: true, hideIfUnauthorized: true } },
};
