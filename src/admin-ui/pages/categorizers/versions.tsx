import { useCustomMutation, useInvalidate, useList } from '@refinedev/core';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Card, Flex, Popconfirm, type TableColumnsType, Tag, Typography } from 'antd';
import { Link } from 'react-router';
import type { LearnedVersionBody } from '../../../api/admin/learning/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { shareColumns } from '../../components/lists/figures-columns.tsx';
import { PlainTable } from '../../components/lists/plain-table.tsx';
import { EmptyState, ErrorState } from '../../components/states.tsx';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { done, notDone } from '../../providers/messages.ts';
import { learnedFrom } from './learned-from.ts';

const shownVersions = 10;

/** What trainings learned, and which of it is live. */
export function Versions() {
  const { result, query } = useList<LearnedVersionBody>({
    resource: 'learning/versions',
    pagination: { pageSize: shownVersions },
    errorNotification: false,
  });
  const mayChange = useIsAllowed('edit', 'learning');

  const columns: TableColumnsType<LearnedVersionBody> = [
    {
      title: 'Version',
      dataIndex: 'id',
      render: (id: number, { is_live }) => (
        <>
          <Link to={`/evaluation?version=${id}`}>{id}</Link>{' '}
          {is_live && <Tag color="success">Live</Tag>}
        </>
      ),
    },
    {
      title: 'Trained',
      dataIndex: 'trained_at',
      render: (value: string, version) => (
        <Flex vertical>
          <DateTime value={value} />
          <Typography.Text type="secondary">from {learnedFrom(version)}</Typography.Text>
        </Flex>
      ),
    },
    ...shareColumns<LearnedVersionBody>(),
    {
      title: <span className="visually-hidden">Actions</span>,
      key: 'actions',
      align: 'right',
      render: (_, { id, is_live }) => mayChange && !is_live && <UseVersion id={id} />,
    },
  ];

  return (
    <Card title="Versions" styles={{ body: { padding: 0 } }}>
      {query.error !== null && query.data === undefined ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : (
        <PlainTable<LearnedVersionBody>
          label="Versions"
          rowKey="id"
          loading={query.isLoading}
          columns={columns}
          dataSource={result.data ?? []}
          empty={<EmptyState title="No version yet" />}
        />
      )}
    </Card>
  );
}

/** Goes back, or forward again, to what another training learned. */
function UseVersion({ id }: { id: number }) {
  const { mutateAsync, mutation } = useCustomMutation<LearnedVersionBody>();
  const invalidate = useInvalidate();
  const queryClient = useQueryClient();

  async function use(): Promise<void> {
    await mutateAsync({
      url: `learning/versions/${id}/activate`,
      method: 'post',
      values: {},
      successNotification: done(`Version ${id} is live`),
      errorNotification: notDone(`Could not use version ${id}`),
      // A notification has shown the error.
    }).catch(() => {});
    await invalidate({ resource: 'learning/versions', invalidates: ['list'] });
    await queryClient.invalidateQueries({ queryKey: ['categorizers'] });
  }

  return (
    <Popconfirm
      title={`Use version ${id}?`}
      description="It counts for every batch posted from now on."
      okText="Use this version"
      onConfirm={use}
    >
      <Button size="small" loading={mutation.isPending} aria-label={`Use this version: ${id}`}>
        Use this version
      </Button>
    </Popconfirm>
  );
}
