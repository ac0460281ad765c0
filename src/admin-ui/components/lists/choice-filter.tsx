import { Select } from 'antd';
import { capitalize } from '../../format/capitalize.ts';
import type { filtersOf } from '../../hooks/use-filters.ts';

/** A longer list is searched by typing. */
const maxWithoutSearch = 10;

interface ChoiceFilterProps {
  filters: ReturnType<typeof filtersOf>;
  field: string;
  label: string;
  width: number;
  values: readonly string[];
  labelOf?: (value: string) => string;
}

/** Narrows a list to one value of a field. */
export function ChoiceFilter(props: ChoiceFilterProps) {
  const { filters, field, label, width, values, labelOf = capitalize } = props;
  return (
    <Select
      allowClear
      showSearch={values.length > maxWithoutSearch}
      optionFilterProp="label"
      aria-label={label}
      placeholder={label}
      style={{ width }}
      value={filters.value(field)}
      onChange={(value) => filters.set(field, value)}
      options={values.map((value) => ({ value, label: labelOf(value) }))}
    />
  );
}
