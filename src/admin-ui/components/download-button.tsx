import { DownloadOutlined } from '@ant-design/icons';
import { useGetIdentity } from '@refinedev/core';
import { Button, Dropdown, type MenuProps, Tooltip } from 'antd';
import type { SignedInUser } from '../providers/session.ts';

interface DownloadButtonProps {
  label: string;
  /** Of the one file that there is. The browser saves it itself. */
  href?: string;
  /** Links to several files. */
  items?: MenuProps['items'];
}

/** Downloads data as a file. Who may not is told so here, instead of by a refusal in place of the file. */
export function DownloadButton({ label, href, items }: DownloadButtonProps) {
  const { data: user } = useGetIdentity<SignedInUser | null>();
  const icon = <DownloadOutlined />;
  if (user?.may_export === false) {
    return (
      <Tooltip title="You may not export data. An admin can allow it.">
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
