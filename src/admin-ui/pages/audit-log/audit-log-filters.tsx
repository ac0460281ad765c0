import { DatePicker, Select, Tag } from 'antd';
import dayjs from 'dayjs';
import {
  actionOptions,
  auditedResources,
  resourcesOfAdmins,
  resourceWord,
} from '../../components/audit-words.ts';
import { Filters } from '../../components/filters.tsx';
import { SearchInput } from '../../components/search-input.tsx';
import type { filtersOf } from '../../components/use-filters.ts';
import { useMay } from '../../components/use-may.ts';

type FilterValues = ReturnType<typeof filtersOf>;

export function AuditLogFilters({ filters }: { filters: FilterValues }) {
  const isAdmin = useMay('list', 'users');
  const resources = auditedResources.filter(
    (resource) => isAdmin || !resourcesOfAdmins.includes(resource),
  );
  const id = filters.value('resource_id');
  return (
    <Filters
      activeCount={filters.activeCount}
      search={
        <SearchInput
          label="Search who"
          value={filters.value('actor_name', 'contains') ?? ''}
          onSearch={(text) => filters.set('actor_name', text, 'contains')}
        />
      }
    >
      <Select
        allowClear
        aria-label="Kind"
        placeholder="Kind"
        style={{ width: 170 }}
        value={filters.value('resource')}
        onChange={(resource) => filters.set('resource', resource)}
        options={resources.map((value) => ({ value, label: resourceWord(value) }))}
      />
      <Select
        allowClear
        showSearch
        optionFilterProp="label"
        aria-label="Action"
        placeholder="Action"
        style={{ width: 200 }}
        value={filters.value('action')}
        onChange={(action) => filters.set('action', action)}
        options={actionOptions}
      />
      <DayRange filters={filters} />
      {id !== undefined && (
        <Tag
          closable
          style={{ alignSelf: 'center', margin: 0 }}
          onClose={() => filters.set('resource_id', undefined)}
        >
          Only {id}
        </Tag>
      )}
    </Filters>
  );
}

/** Days of the reader's time zone, both inclusive, as the moments that the API compares. */
function DayRange({ filters }: { filters: FilterValues }) {
  const from = filters.value('at', 'gte');
  const to = filters.value('at', 'lte');
  return (
    <DatePicker.RangePicker
      allowEmpty
      style={{ width: 250 }}
      placeholder={['From', 'To']}
      value={[from === undefined ? null : dayjs(from), to === undefined ? null : dayjs(to)]}
      onChange={(days) =>
        filters.setAll([
          { field: 'at', operator: 'gte', value: days?.[0]?.startOf('day').toISOString() },
          { field: 'at', operator: 'lte', value: days?.[1]?.endOf('day').toISOString() },
        ])
      }
    />
  );
}
