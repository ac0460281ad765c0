import { Tag } from 'antd';
import {
  actionWord,
  auditedActions,
  auditedResources,
  resourcesOfAdmins,
  resourceWord,
} from '../../components/audit-words.ts';
import { ChoiceFilter } from '../../components/lists/choice-filter.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { MomentRange } from '../../components/lists/moment-range.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import type { filtersOf } from '../../hooks/use-filters.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';

export function AuditLogFilters({ filters }: { filters: ReturnType<typeof filtersOf> }) {
  const isAdmin = useIsAllowed('list', 'users');
  const resources = auditedResources.filter(
    (resource) => isAdmin || !resourcesOfAdmins.includes(resource),
  );
  const id = filters.value('resource_id');
  return (
    <Filters
      activeCount={filters.activeCount}
      search={
        <SearchInput
          label="Search users and keys"
          value={filters.value('actor_name', 'contains') ?? ''}
          onSearch={(text) => filters.set('actor_name', text, 'contains')}
        />
      }
    >
      <ChoiceFilter
        filters={filters}
        field="resource"
        label="Resource"
        width={170}
        values={resources}
        labelOf={resourceWord}
      />
      <ChoiceFilter
        filters={filters}
        field="action"
        label="Action"
        width={200}
        values={auditedActions}
        labelOf={actionWord}
      />
      <MomentRange filters={filters} field="at" label="Date" />
      {id !== undefined && (
        <Tag
          closable
          style={{ alignSelf: 'center', margin: 0 }}
          onClose={() => filters.set('resource_id', undefined)}
        >
          Id {id}
        </Tag>
      )}
    </Filters>
  );
}
