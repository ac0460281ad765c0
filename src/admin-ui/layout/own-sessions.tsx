import { type HttpError, useDelete, useList } from '@refinedev/core';
import { Button, Drawer, List, Typography } from 'antd';
import type { OwnSessionBody } from '../../api/admin/session/schema.ts';
import { DateTime } from '../components/date-time.tsx';
import { ErrorState, LoadingState } from '../components/states.tsx';
import { done, notDone } from '../providers/messages.ts';

/** Where one is signed in, and how to end what one does not know or has left open. */
export function OwnSessions({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { result, query } = useList<OwnSessionBody, HttpError>({
    resource: 'sessions',
    pagination: { mode: 'off' },
    queryOptions: { enabled: isOpen },
    errorNotification: false,
  });
  const { mutate, mutation } = useDelete();
  const hasOthers = result.data.some(({ is_current }) => !is_current);

  function end(id: number | 'others', said: string, notSaid: string) {
    mutate({
      resource: 'sessions',
      id,
      successNotification: done(said),
      errorNotification: notDone(notSaid),
    });
  }

  return (
    <Drawer
      open={isOpen}
      title="Where you are signed in"
      width="min(480px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      extra={
        hasOthers && (
          <Button
            danger
            disabled={mutation.isPending}
            onClick={() =>
              end('others', 'All other sessions have ended', 'The other sessions were not ended')
            }
          >
            End all others
          </Button>
        )
      }
    >
      {query.error !== null && <ErrorState detail={query.error.message} onRetry={query.refetch} />}
      {query.isLoading && <LoadingState rows={3} />}
      {query.data !== undefined && (
        <List
          itemLayout="horizontal"
          dataSource={result.data}
          rowKey="id"
          renderItem={({ id, client, is_current, created_at, last_used_at, expires_at }) => (
            <List.Item
              actions={[
                is_current ? (
                  <Typography.Text key="current">This browser</Typography.Text>
                ) : (
                  <Button
                    key="end"
                    size="small"
                    danger
                    aria-label={`End the session of ${client}`}
                    disabled={mutation.isPending}
                    onClick={() =>
                      end(id, `The session of ${client} has ended`, 'The session was not ended')
                    }
                  >
                    End
                  </Button>
                ),
              ]}
            >
              <List.Item.Meta
                title={client}
                description={
                  <>
                    Signed in <DateTime value={created_at} />, last used{' '}
                    <DateTime value={last_used_at} />, ends by itself{' '}
                    <DateTime value={expires_at} /> unless it is used before.
                  </>
                }
              />
            </List.Item>
          )}
        />
      )}
    </Drawer>
  );
}
