import { usePermissions } from '@refinedev/core';
import type { Role } from '../../domain/role.ts';
import { isAllowed } from '../providers/is-allowed.ts';

/** Whether the signed-in user may do this; false while that is unknown. */
export function useIsAllowed(action: string, resource: string): boolean {
  const { data: role } = usePermissions<Role | null>({});
  return role != null && isAllowed(role, action, resource);
}
