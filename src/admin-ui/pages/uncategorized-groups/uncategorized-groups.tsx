import { useCustom } from '@refinedev/core';
import { Flex, Typography } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { SuggestionBody, SuggestionsBody } from '../../../api/admin/suggestions/schema.ts';
import { KeyList } from '../../components/key-list.tsx';
import { Filters } from '../../components/lists/filters.tsx';
import { SearchInput } from '../../components/lists/search-input.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { formatCount, pluralize } from '../../format/format-count.ts';
import { useCategories } from '../../hooks/use-categories.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { useRowKeys } from '../../hooks/use-row-keys.ts';
import { AcceptAll } from './accept-all.tsx';
import { type GroupActions, GroupCard } from './group-card.tsx';
import { SettledList } from './settled-list.tsx';
import { useQueue } from './use-queue.ts';

const shownGroups = 50;

/** Uncategorized transactions grouped by merchant, the largest group first, with the best suggestion for each. */
export function UncategorizedGroups() {
  const [address, setAddress] = useSearchParams();
  const search = address.get('q') ?? '';
  const mayChange = useIsAllowed('create', 'category-patterns');
  const { result, query } = useCustom<SuggestionsBody>({
    url: 'suggestions',
    method: 'get',
    config: { query: { limit: shownGroups, ...(search !== '' && { q: search }) } },
    errorNotification: false,
  });
  const found = query.data === undefined ? undefined : result.data;
  const queue = useQueue(found?.groups ?? [], query.refetch);
  const { choosing, actions, rowProps } = useGroupActions(queue, mayChange);
  const hasSuggestions = queue.shown.some(({ category_id }) => category_id !== null);

  return (
    <Page
      title="Uncategorized"
      subtitle={found === undefined ? ' ' : summary(found)}
      extra={mayChange && hasSuggestions ? <AcceptAll onAccept={queue.acceptAll} /> : undefined}
    >
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
      <SettledList queue={queue} />
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : found === undefined ? (
        <LoadingState rows={10} />
      ) : found.groups.length === 0 ? (
        <EmptyState title={search === '' ? 'Everything is categorized' : 'No matching merchants'} />
      ) : (
        <>
          {mayChange && <KeyList keys={keys} />}
          <Flex vertical gap={12} component="ul" className="plain-list">
            {queue.shown.map((group) => (
              <li key={group.id} {...rowProps(group.id)} aria-label={group.name}>
                <GroupCard
                  group={group}
                  actions={mayChange ? actions : null}
                  isChoosing={choosing === group.id}
                  onSettled={(settled) => queue.addPattern(settled, [group.id])}
                />
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

const keys: [string[], string][] = [
  [['↑', '↓'], 'move'],
  [['Enter'], 'accept'],
  [['x'], 'reject'],
  [['c'], 'choose another category'],
  [['u'], 'undo the last'],
];

/** What the buttons and the keys do. */
function useGroupActions(queue: ReturnType<typeof useQueue>, mayChange: boolean) {
  const { categories } = useCategories();
  /** The group for which another category is being chosen. */
  const [choosing, setChoosing] = useState<string>();

  const actions: GroupActions = {
    accept(group, categoryId) {
      const id = categoryId ?? group.category_id;
      const name = categories.find((category) => category.id === id)?.name ?? group.category;
      if (id === null) return;
      setChoosing(undefined);
      rows.moveOn(group.id);
      void queue.accept(group, { id, name: name ?? '' });
    },
    reject(group) {
      if (group.category_id === null) return;
      rows.moveOn(group.id);
      void queue.reject(group);
    },
    choose(group, isChoosing) {
      setChoosing(isChoosing ? group.id : undefined);
      if (!isChoosing) rows.focus(group.id);
    },
  };

  const on = (act: (group: SuggestionBody) => void) => (id: string) => {
    const group = queue.shown.find((one) => one.id === id);
    if (group !== undefined && mayChange) act(group);
  };
  const rows = useRowKeys<string>({
    ids: queue.shown.map(({ id }) => id),
    rowActions: {
      // There is nothing to accept where nothing is suggested.
      Enter: on((group) =>
        group.category_id === null ? actions.choose(group, true) : actions.accept(group),
      ),
      x: on(actions.reject),
      Delete: on(actions.reject),
      c: on((group) => actions.choose(group, true)),
    },
    pageActions: { u: queue.undoLast },
  });
  return { choosing, actions, rowProps: rows.rowProps };
}

function summary({ group_count, transaction_count }: SuggestionsBody): string {
  return `${pluralize(transaction_count, 'uncategorized transaction')} from ${pluralize(group_count, 'merchant')}`;
}
