import { usePermissions } from '@refinedev/core';
import type { Role } from '../../domain/role.ts';
import { may } from '../providers/may.ts';

/** Whether who is signed in may do this; false while that is not known. */
export function useMay(action: string, resource: string): boolean {
  const { data: role } = usePermissions<Role | null>({});
  return role != null && may(role, action, resource);
}
