import { mayActAs, type Role } from '../../domain/role.ts';

/** The roles that seeing and changing a resource take. The API enforces the same. */
interface Access {
  see: Role;
  change: Role;
}

const usual: Access = { see: 'viewer', change: 'editor' };

const exceptions: Record<string, Access> = {
  'api-keys': { see: 'admin', change: 'admin' },
  users: { see: 'admin', change: 'admin' },
  system: { see: 'viewer', change: 'admin' },
};

const isSeeing = (action: string): boolean => action === 'list' || action === 'show';

export function isAllowed(role: Role, action: string, resource: string | undefined): boolean {
  const access = exceptions[resource ?? ''] ?? usual;
  return mayActAs(role, isSeeing(action) ? access.see : access.change);
}
