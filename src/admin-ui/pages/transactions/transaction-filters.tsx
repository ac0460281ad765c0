import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { statuses } from '../../../domain/status.ts';
import { CategorySelect } from '../../components/category-select.tsx';
import { Filters } from '../../components/filters.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import type { filtersOf } from '../../components/use-filters.ts';

type FilterValues = ReturnType<typeof filtersOf>;

const assigned = [
  { value: 'uncategorized', label: 'Without a category' },
  { value: 'pattern', label: 'By a pattern' },
  { value: 'manual', label: 'Set by hand' },
];

/** What narrows the list of transactions; all of it stands in the address. */
export function TransactionFilters({ filters }: { filters: FilterValues }) {
  return (
    <Filters
      activeCount={filters.activeCount}
      search={
        <SearchInput
          label="Search merchant or description"
          width={290}
          value={filters.value('q') ?? ''}
          onSearch={(text) => filters.set('q', text)}
        />
      }
    >
      <CategorySelect
        allowClear
        aria-label="Category"
        style={{ width: 190 }}
        value={numberOf(filters.value('category_id'))}
        onChange={(id) => filters.set('category_id', id)}
      />
      <Assigned filters={filters} />
      <Select
        allowClear
        aria-label="Status"
        placeholder="Status"
        style={{ width: 140 }}
        value={filters.value('status')}
        onChange={(status) => filters.set('status', status)}
        options={statuses.map((status) => ({ value: status, label: status }))}
      />
      <DateRange filters={filters} />
      <TextFilter filters={filters} field="account_id" label="Account" width={150} />
      <TextFilter filters={filters} field="currency" label="Currency" width={110} isUpperCase />
      <TextFilter filters={filters} field="amount" operator="gte" label="Amount from" width={145} />
      <TextFilter filters={filters} field="amount" operator="lte" label="Amount to" width={135} />
      <TextFilter filters={filters} field="batch_id" label="Batch" width={170} />
    </Filters>
  );
}

const numberOf = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

/** Two filters of the API that exclude each other, as one choice. */
function Assigned({ filters }: { filters: FilterValues }) {
  const isUncategorized = String(filters.value('uncategorized')) === 'true';
  return (
    <Select
      allowClear
      aria-label="How it got its category"
      placeholder="How it got its category"
      style={{ width: 230 }}
      value={isUncategorized ? 'uncategorized' : filters.value('category_source')}
      options={assigned}
      onChange={(choice?: string) => {
        const isNone = choice === 'uncategorized';
        filters.setAll([
          { field: 'uncategorized', operator: 'eq', value: isNone ? true : undefined },
          { field: 'category_source', operator: 'eq', value: isNone ? undefined : choice },
        ]);
      }}
    />
  );
}

function DateRange({ filters }: { filters: FilterValues }) {
  const from = filters.value('date', 'gte');
  const to = filters.value('date', 'lte');
  return (
    <DatePicker.RangePicker
      allowEmpty
      style={{ width: 250 }}
      placeholder={['From', 'To']}
      value={[from === undefined ? null : dayjs(from), to === undefined ? null : dayjs(to)]}
      onChange={(_, [start, end]) =>
        filters.setAll([
          { field: 'date', operator: 'gte', value: start || undefined },
          { field: 'date', operator: 'lte', value: end || undefined },
        ])
      }
    />
  );
}

interface TextFilterProps {
  filters: FilterValues;
  field: string;
  operator?: 'eq' | 'gte' | 'lte';
  label: string;
  width: number;
  isUpperCase?: boolean;
}

/** Exact texts: asked for when one is done, not at each key. */
function TextFilter(props: TextFilterProps) {
  const { filters, field, operator = 'eq', label, width, isUpperCase } = props;
  const current = filters.value(field, operator) ?? '';
  const [text, setText] = useState(current);
  useEffect(() => setText(current), [current]);
  const apply = (value: string) => {
    const wanted = isUpperCase ? value.trim().toUpperCase() : value.trim();
    if (wanted !== current) filters.set(field, wanted, operator);
  };
  return (
    <Input
      allowClear
      aria-label={label}
      placeholder={label}
      style={{ width }}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        if (target.value === '') apply('');
      }}
      onBlur={() => apply(text)}
      onPressEnter={() => apply(text)}
    />
  );
}
