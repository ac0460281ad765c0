import { useCustom } from '@refinedev/core';
import { Card, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { UncategorizedGroupsBody } from '../../../api/admin/uncategorized-groups/schema.ts';
import { Filters } from '../../components/lists/filters.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { formatCount, pluralize } from '../../format/format-count.ts';
import { GroupCard } from './group-card.tsx';
import { type Settled, SettledGroup } from './settled-group.tsx';

const shownGroups = 50;

/** Uncategorized transactions grouped by merchant, the largest group first. */
export function UncategorizedGroups() {
  const [address, setAddress] = useSearchParams();
  const search = address.get('q') ?? '';
  const [settled, setSettled] = useState<Settled[]>([]);
  /** Names of groups whose pattern is being applied, which makes their counts outdated. */
  const [applying, setApplying] = useState<ReadonlySet<string>>(new Set());
  const { result, query } = useCustom<UncategorizedGroupsBody>({
    url: 'uncategorized-groups',
    method: 'get',
    config: { query: { limit: shownGroups, ...(search !== '' && { q: search }) } },
    errorNotification: false,
  });
  const found = query.data === undefined ? undefined : result.data;

  const shown = found?.groups.filter(({ name }) => !applying.has(name)) ?? [];

  function settle(one: Settled): void {
    setSettled((before) => [one, ...before]);
    if (one.runId !== null) setApplying((before) => new Set([...before, one.groupName]));
  }

  /** A group reappears when its pattern does not match all of it. */
  async function endApplying(groupName: string): Promise<void> {
    await query.refetch();
    setApplying((before) => new Set([...before].filter((name) => name !== groupName)));
  }

  return (
    <Page title="Uncategorized" subtitle={found === undefined ? ' ' : summary(found)}>
      <Filters
        activeCount={0}
        search={
          <SearchInput
            label="Search merchants"
            value={search}
            onSearch={(text) => setAddress(text === '' ? {} : { q: text }, { replace: true })}
          />
        }
      />
      {settled.length > 0 && (
        <Card size="small" style={{ marginBottom: 16 }}>
          <Flex vertical gap={6} component="ul" className="plain-list" aria-live="polite">
            {settled.map((one) => (
              <li key={one.pattern.id}>
                <SettledGroup settled={one} onApplied={() => void endApplying(one.groupName)} />
              </li>
            ))}
          </Flex>
        </Card>
      )}
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : found === undefined ? (
        <LoadingState rows={10} />
      ) : found.groups.length === 0 ? (
        <EmptyState title={search === '' ? 'Everything is categorized' : 'No matching merchants'} />
      ) : (
        <>
          <Flex vertical gap={12} component="ul" className="plain-list">
            {shown.map((group) => (
              <li key={group.name}>
                <GroupCard group={group} onSettled={settle} />
              </li>
            ))}
          </Flex>
          {found.group_count > found.groups.length && (
            <Typography.Paragraph type="secondary" style={{ marginTop: 12 }}>
              Showing the {formatCount(found.groups.length)} largest of{' '}
              {formatCount(found.group_count)} groups.
            </Typography.Paragraph>
          )}
        </>
      )}
    </Page>
  );
}

function summary({ group_count, transaction_count }: UncategorizedGroupsBody): string {
  return `${pluralize(transaction_count, 'uncategorized transaction')} from ${pluralize(group_count, 'merchant')}`;
}
