import { useCustom, useSubscription } from '@refinedev/core';
import { Card, Flex } from 'antd';
import { useState } from 'react';
import type { CategorizerBody } from '../../../api/admin/categorizers/schema.ts';
import { Page } from '../../components/page.tsx';
import { ErrorState, LoadingState } from '../../components/states.tsx';
import { CategorizerCard } from './categorizer-card.tsx';
import { ChangeCategorizer } from './change-categorizer.tsx';
import { Trainings } from './trainings.tsx';
import { Versions } from './versions.tsx';

/** How each categorizer takes part, and what those that learn have learned. */
export function Categorizers() {
  const [changed, setChanged] = useState<CategorizerBody>();
  const { result, query } = useCustom<CategorizerBody[]>({
    url: 'categorizers',
    method: 'get',
    queryOptions: { queryKey: ['categorizers'] },
    errorNotification: false,
  });
  useSubscription({
    channel: 'resources/categorizers',
    onLiveEvent: () => void query.refetch(),
  });

  return (
    <Page
      title="Categorizers"
      subtitle="Categories set by hand always win. After that, the first categorizer that is sure enough decides. The target is the precision of all decisions together, so one categorizer may be below it."
    >
      {query.data !== undefined ? (
        <Flex vertical gap={16}>
          <Flex vertical gap={12} component="ol" className="plain-list">
            {result.data.map((categorizer, index) => (
              <li key={categorizer.name}>
                <CategorizerCard
                  categorizer={categorizer}
                  place={index + 1}
                  onChange={() => setChanged(categorizer)}
                />
              </li>
            ))}
          </Flex>
          <Trainings />
          <Versions />
        </Flex>
      ) : query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : (
        <Card>
          <LoadingState rows={12} />
        </Card>
      )}
      <ChangeCategorizer
        categorizer={changed}
        onClose={() => setChanged(undefined)}
        onSaved={() => void query.refetch()}
      />
    </Page>
  );
}
