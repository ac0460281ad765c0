import { DownloadOutlined } from '@ant-design/icons';
import { useGetIdentity } from '@refinedev/core';
import { Button, Dropdown, type MenuProps, Tooltip } from 'antd';
import type { SignedInUser } from '../providers/session.ts';

interface DownloadButtonProps {
  label: string;
  /** The address of a single file, which the browser saves itself. */
  href?: string;
  /** Menu entries with links to several files. */
  items?: MenuProps['items'];
}

/** Downloads data as a file. Users without that permission see why, instead of an error in place of the file. */
export function DownloadButton({ label, href, items }: DownloadButtonProps) {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const icon = <DownloadOutlined />;
  if (user?.may_export === false) {
    return (
      <Tooltip title="You are not allowed to export data. Ask an admin to allow it.">
        <Button icon={icon} disabled>
          {label}
        </Button>
      </Tooltip>
    );
  }
  if (items !== undefined) {
    return (
      <Dropdown trigger={['click']} menu={{ items }}>
        <Button icon={icon}>{label}</Button>
      </Dropdown>
    );
  }
  return (
    <Button icon={icon} {...(href !== undefined && { href })} download>
      {label}
    </Button>
  );
}
