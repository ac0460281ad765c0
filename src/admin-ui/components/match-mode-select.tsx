import { Select, type SelectProps } from 'antd';
import type { MatchMode } from '../../domain/pattern-set.ts';

export const matchModeNames: Record<MatchMode, string> = {
  contains: 'Anywhere',
  word: 'Whole words',
};

type MatchModeSelectProps = Omit<SelectProps<MatchMode>, 'options'> & {
  /** Form.Item sets it, but Ant Design would put it where ARIA does not allow it. */
  'aria-required'?: boolean;
};

/** Selects where in a text a pattern may match. */
export function MatchModeSelect({ 'aria-required': _, ...props }: MatchModeSelectProps) {
  return (
    <Select<MatchMode>
      {...props}
      options={(['contains', 'word'] as const).map((value) => ({
        value,
        label: matchModeNames[value],
      }))}
    />
  );
}
