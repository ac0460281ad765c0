import { type HttpError, useDelete, useList } from '@refinedev/core';
import { Button, Drawer, List, Typography } from 'antd';
import type { OwnSessionBody } from '../../api/admin/session/schema.ts';
import { DateTime } from '../components/date-time.tsx';
import { ErrorState, LoadingState } from '../components/states.tsx';
import { done, notDone } from '../providers/messages.ts';

/** The user's own sessions, each of which they can end. */
export function OwnSessions({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { result, query } = useList<OwnSessionBody, HttpError>({
    resource: 'sessions',
    pagination: { mode: 'off' },
    queryOptions: { enabled: isOpen },
    errorNotification: false,
  });
  const { mutate, mutation } = useDelete();
  const hasOthers = result.data.some(({ is_current }) => !is_current);

  function end(id: number | 'others', success: string, failure: string) {
    mutate({
      resource: 'sessions',
      id,
      successNotification: done(success),
      errorNotification: notDone(failure),
    });
  }

  return (
    <Drawer
      open={isOpen}
      title="Active sessions"
      width="min(480px, 100vw)"
      onClose={onClose}
      destroyOnHidden
      extra={
        hasOthers && (
          <Button
            danger
            disabled={mutation.isPending}
            onClick={() =>
              end('others', 'Other sessions ended', 'Could not end the other sessions')
            }
          >
            End all other sessions
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
                    aria-label={`End session: ${client}`}
                    disabled={mutation.isPending}
                    onClick={() => end(id, `Session ended: ${client}`, 'Could not end the session')}
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
                    Signed in <DateTime value={created_at} />. Last used{' '}
                    <DateTime value={last_used_at} />. Expires <DateTime value={expires_at} />{' '}
                    unless it is used before then.
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
