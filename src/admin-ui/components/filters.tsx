import { FilterOutlined } from '@ant-design/icons';
import { Button, Grid } from 'antd';
import { type ReactNode, useState } from 'react';

interface FiltersProps {
  /** Always there. */
  search: ReactNode;
  /** On a phone behind a button, since they would push the list off the screen. */
  children?: ReactNode;
  /** How many of them narrow the list. */
  activeCount: number;
}

export function Filters({ search, children, activeCount }: FiltersProps) {
  const isPhone = Grid.useBreakpoint().sm === false;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className="filters">
      {search}
      {children !== undefined && isPhone && (
        <Button icon={<FilterOutlined />} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {activeCount === 0 ? 'Filters' : `Filters (${activeCount})`}
        </Button>
      )}
      {(!isPhone || isOpen) && children}
    </div>
  );
}
