import { type HttpError, useCustomMutation } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { SystemBody } from '../../../api/admin/system/schema.ts';
import { useMay } from '../../components/use-may.ts';
import { done, notDone } from '../../providers/messages.ts';
import { ServerCard, ServerState } from './server-cards.tsx';

export function CacheCard({ cache }: { cache: SystemBody['cache'] }) {
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { mutateAsync } = useCustomMutation<never, HttpError>();
  const mayDrop = useMay('edit', 'system');
  const { reports } = cache.process;

  function drop() {
    void modal.confirm({
      title: 'Drop the caches?',
      content:
        'Cached reports and the patterns are read anew from the database. Nothing is lost; the next reports take a little longer.',
      okText: 'Drop',
      onOk: () =>
        mutateAsync({
          url: 'system/caches/drop',
          method: 'post',
          values: {},
          successNotification: done('Caches dropped'),
          errorNotification: notDone('The caches were not dropped'),
        }).then(
          () => queryClient.invalidateQueries({ queryKey: ['system'] }),
          // The notification has said so.
          () => {},
        ),
    });
  }

  return (
    <ServerCard
      title="Cache"
      state={<ServerState status={cache.status} />}
      facts={[
        ['Keys', cache.key_count?.toLocaleString() ?? '–'],
        [cache.kind === 'redis' ? 'Hits of the server' : 'Hits', hitRate(cache)],
        ['Hits of reports', hitRate(reports)],
      ]}
    >
      {mayDrop && (
        <Button style={{ marginTop: 12 }} onClick={drop}>
          Drop the caches
        </Button>
      )}
    </ServerCard>
  );
}

function hitRate({ hits, misses }: { hits: number | null; misses: number | null }): string {
  if (hits === null || misses === null) return '–';
  const lookups = hits + misses;
  if (lookups === 0) return 'not asked yet';
  return `${Math.round((100 * hits) / lookups)} % of ${lookups.toLocaleString()}`;
}
