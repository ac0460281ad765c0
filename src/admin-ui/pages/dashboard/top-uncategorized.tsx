import { useCustom } from '@refinedev/core';
import { Card, Flex, Typography } from 'antd';
import { Link } from 'react-router';
import type { UncategorizedGroupsBody } from '../../../api/admin/uncategorized-groups/schema.ts';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { formatCount } from '../../format/format-count.ts';

const shownGroups = 5;

/** The merchants for which a pattern would help most. */
export function TopUncategorized() {
  const { result, query } = useCustom<UncategorizedGroupsBody>({
    url: 'uncategorized-groups',
    method: 'get',
    config: { query: { limit: shownGroups } },
    errorNotification: false,
  });
  return (
    <Card
      title="Largest uncategorized merchants"
      extra={<Link to="/uncategorized-groups">View all</Link>}
    >
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <LoadingState rows={shownGroups} />
      ) : result.data.groups.length === 0 ? (
        <EmptyState title="Everything is categorized" />
      ) : (
        <Flex vertical gap={8}>
          {result.data.groups.map(({ name, transaction_count }) => (
            <Flex key={name} justify="space-between" gap={12}>
              <Typography.Text ellipsis>{name}</Typography.Text>
              <Link
                className="numeric"
                to={`/uncategorized-groups?${new URLSearchParams({ q: name })}`}
                aria-label={`${name}: ${formatCount(transaction_count)}, show the merchant`}
              >
                {formatCount(transaction_count)}
              </Link>
            </Flex>
          ))}
        </Flex>
      )}
    </Card>
  );
}
