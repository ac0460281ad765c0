import { Checkbox, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { statuses } from '../../../domain/status.ts';
import { categorySources, sourceName } from '../../components/categorizer-words.ts';
import { CategoryMark } from '../../components/category-mark.tsx';
import { ChoiceFilter } from '../../components/lists/choice-filter.tsx';
import { DateRange } from '../../components/lists/date-range.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { useCategories } from '../../hooks/use-categories.ts';
import type { filtersOf } from '../../hooks/use-filters.ts';

type FilterValues = ReturnType<typeof filtersOf>;

const sourceOptions = [
  { value: 'uncategorized', label: 'Uncategorized' },
  ...categorySources.map((source) => ({ value: source, label: sourceName(source) })),
];

/** The filters of the list of transactions, all of which stand in the address. */
export function TransactionFilters({ filters }: { filters: FilterValues }) {
  return (
    <Filters
      activeCount={filters.activeCount}
      onClear={filters.clear}
      search={
        <SearchInput
          label="Search merchant or description"
          width={290}
          value={filters.value('q') ?? ''}
          onSearch={(text) => filters.set('q', text)}
        />
      }
    >
      <Categories filters={filters} />
      <CategorySource filters={filters} />
      <NeedsReview filters={filters} />
      <ChoiceFilter filters={filters} field="status" label="Status" width={140} values={statuses} />
      <DateRange
        label="Date"
        from={filters.value('date', 'gte')}
        to={filters.value('date', 'lte')}
        onChange={(from, to) =>
          filters.setAll([
            { field: 'date', operator: 'gte', value: from },
            { field: 'date', operator: 'lte', value: to },
          ])
        }
      />
      <TextFilter filters={filters} field="account_id" label="Account" width={150} />
      <TextFilter filters={filters} field="currency" label="Currency" width={110} isUpperCase />
      <TextFilter filters={filters} field="amount" operator="gte" label="Amount from" width={145} />
      <TextFilter filters={filters} field="amount" operator="lte" label="Amount to" width={135} />
      <TextFilter filters={filters} field="batch_id" label="Batch" width={170} />
      <TextFilter filters={filters} field="transaction_id" label="Transaction id" width={170} />
    </Filters>
  );
}

/** Selects any of several categories. Links from other pages filter by a single one. */
function Categories({ filters }: { filters: FilterValues }) {
  const { categories, isLoading } = useCategories();
  const chosen = [
    filters.value<string | string[]>('category_id', 'in') ?? filters.value('category_id') ?? [],
  ].flat();
  return (
    <Select
      mode="multiple"
      allowClear
      aria-label="Categories"
      placeholder="Categories"
      style={{ minWidth: 190, maxWidth: 420 }}
      maxTagCount="responsive"
      popupMatchSelectWidth={240}
      optionFilterProp="name"
      loading={isLoading}
      value={isLoading ? [] : chosen.map(Number)}
      onChange={(ids: number[]) =>
        filters.setAll([
          { field: 'category_id', operator: 'eq', value: undefined },
          { field: 'category_id', operator: 'in', value: ids.length === 0 ? undefined : ids },
        ])
      }
      options={categories.map(({ id, name, color }) => ({
        value: id,
        name,
        label: <CategoryMark id={id} name={name} color={color} />,
      }))}
    />
  );
}

/** Offers two filters of the API that exclude each other as one choice. */
function CategorySource({ filters }: { filters: FilterValues }) {
  const isUncategorized = String(filters.value('uncategorized')) === 'true';
  return (
    <Select
      allowClear
      aria-label="Category source"
      placeholder="Category source"
      style={{ width: 170 }}
      value={isUncategorized ? 'uncategorized' : filters.value('category_source')}
      options={sourceOptions}
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

/** Only rows whose decision is offered for confirmation. */
function NeedsReview({ filters }: { filters: FilterValues }) {
  return (
    <Checkbox
      checked={String(filters.value('needs_review')) === 'true'}
      onChange={({ target }) => filters.set('needs_review', target.checked ? true : undefined)}
      style={{ alignItems: 'center' }}
    >
      Needs review
    </Checkbox>
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

/** An exact value, which is applied once it is complete, not at each key. */
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
