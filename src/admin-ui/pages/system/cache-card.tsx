import { type HttpError, useCustomMutation } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { formatCount, pluralize } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { done, notDone } from '../../providers/messages.ts';
import { ServerCard, ServerState } from './server-cards.tsx';

export function CacheCard({ cache }: { cache: SystemBody['cache'] }) {
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { mutateAsync } = useCustomMutation<never, HttpError>();
  const canClear = useIsAllowed('edit', 'system');
  const { reports } = cache.process;

  function clear() {
    void modal.confirm({
      title: 'Clear the caches?',
      content:
        'Reports and patterns are read from the database again. No data is lost, but the next reports take a little longer.',
      okText: 'Clear',
      onOk: () =>
        mutateAsync({
          url: 'system/caches/drop',
          method: 'post',
          values: {},
          successNotification: done('Caches cleared'),
          errorNotification: notDone('Could not clear the caches'),
        }).then(
          () => queryClient.invalidateQueries({ queryKey: ['system'] }),
          // A notification has shown the error.
          () => {},
        ),
    });
  }

  return (
    <ServerCard
      title="Cache"
      state={<ServerState status={cache.status} />}
      facts={[
        ['Keys', cache.key_count === null ? '–' : formatCount(cache.key_count)],
        [cache.kind === 'redis' ? 'Hit rate of the server' : 'Hit rate', hitRate(cache)],
        ['Hit rate of reports', hitRate(reports)],
      ]}
    >
      {canClear && (
        <Button style={{ marginTop: 12 }} onClick={clear}>
          Clear caches
        </Button>
      )}
    </ServerCard>
  );
}

function hitRate({ hits, misses }: { hits: number | null; misses: number | null }): string {
  if (hits === null || misses === null) return '–';
  const lookups = hits + misses;
  if (lookups === 0) return 'no lookups yet';
  return `${Math.round((100 * hits) / lookups)}% of ${pluralize(lookups, 'lookup')}`;
}
