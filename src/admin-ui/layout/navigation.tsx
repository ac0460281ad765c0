import { usePermissions } from '@refinedev/core';
import { Menu } from 'antd';
import { Link, useLocation } from 'react-router';
import type { Role } from '../../domain/role.ts';
import { isAllowed } from '../providers/is-allowed.ts';
import { consoleResources } from '../resources.tsx';

/** The resources that the role may see, in groups. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const { pathname } = useLocation();
  const { data: role } = usePermissions<Role | null>({});
  const visible = consoleResources.filter(
    ({ name }) => role != null && isAllowed(role, 'list', name),
  );
  const groups = [...Map.groupBy(visible, ({ group }) => group)];
  return (
    <nav aria-label="Main">
      <Menu
        mode="inline"
        style={{ borderInlineEnd: 'none' }}
        selectedKeys={[pathname.split('/')[1] ?? '']}
        onClick={onNavigate}
        items={groups.map(([group, resources]) => ({
          type: 'group',
          key: group,
          label: group,
          children: resources.map(({ path, label, icon }) => ({
            key: path,
            icon,
            label: <Link to={`/${path}`}>{label}</Link>,
          })),
        }))}
      />
    </nav>
  );
}
