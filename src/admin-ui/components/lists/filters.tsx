import { FilterOutlined } from '@ant-design/icons';
import { Button, Grid } from 'antd';
import { type ReactNode, useState } from 'react';
import { pluralize } from '../../format/format-count.ts';

interface FiltersProps {
  /** Is always visible. */
  search: ReactNode;
  /** Further filters; on a phone a button opens them, since they would push the list off the screen. */
  children?: ReactNode;
  /** How many of the further filters narrow the list. */
  activeCount: number;
  /** Removes all of the further filters. */
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
          Clear {pluralize(activeCount, 'filter')}
        </Button>
      )}
    </div>
  );
}
