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
  /** Takes all of them away. */
  onClear?: () => void;
}

export function Filters({ search, children, activeCount, onClear }: FiltersProps) {
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
      {activeCount > 0 && onClear !== undefined && (
        <Button type="text" onClick={onClear}>
          {activeCount === 1 ? '1 filter' : `${activeCount} filters`} · clear
        </Button>
      )}
    </div>
  );
}
