import { useCustom, useList } from '@refinedev/core';
import { Card, Flex, Select } from 'antd';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import type {
  LearnedVersionBody,
  LearningEvaluationBody,
} from '../../../api/admin/learning/schema.ts';
import { DateTime } from '../../components/date-time.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { pluralize } from '../../format/format-count.ts';
import { useIsAllowed } from '../../hooks/use-is-allowed.ts';
import { Confirmed } from './confirmed.tsx';
import { CostliestMerchants } from './costliest-merchants.tsx';
import { Estimates } from './estimates.tsx';
import { LearningCurve } from './learning-curve.tsx';
import { ShadowDecisions } from './shadow-decisions.tsx';

/** How often the categorizers decide, and how often they are right. */
export function Evaluation() {
  const [address, setAddress] = useSearchParams();
  const version = address.get('version');
  const { result, query } = useCustom<LearningEvaluationBody>({
    url: 'learning/evaluation',
    method: 'get',
    config: { query: version === null ? {} : { version } },
    queryOptions: { placeholderData: (previous) => previous },
    errorNotification: false,
  });
  const evaluation = query.data === undefined ? undefined : result.data;

  return (
    <Page
      title="Evaluation"
      subtitle={evaluation === undefined ? ' ' : <Subtitle evaluation={evaluation} />}
      extra={
        <ChooseVersion
          version={evaluation?.version ?? null}
          onChange={(id) => setAddress({ version: String(id) }, { replace: true })}
        />
      }
    >
      {query.error !== null ? (
        <ErrorState detail={query.error.message} onRetry={() => void query.refetch()} />
      ) : evaluation === undefined ? (
        <Card>
          <LoadingState rows={12} />
        </Card>
      ) : (
        <Flex vertical gap={16}>
          {evaluation.overall === null ? (
            <Card>
              <NothingLearned />
            </Card>
          ) : (
            <>
              <Estimates evaluation={evaluation} overall={evaluation.overall} />
              <LearningCurve curve={evaluation.learning_curve} />
              <CostliestMerchants merchants={evaluation.costliest_merchants} />
            </>
          )}
          <Confirmed prospective={evaluation.prospective} />
          <ShadowDecisions shadow={evaluation.shadow} />
        </Flex>
      )}
    </Page>
  );
}

function Subtitle({ evaluation }: { evaluation: LearningEvaluationBody }): ReactNode {
  const { version, trained_at, labelled_row_count, merchant_count } = evaluation;
  if (version === null) return 'How often the categorizers decide, and how often they are right.';
  return (
    <>
      Version {version}, trained <DateTime value={trained_at} /> from{' '}
      {pluralize(labelled_row_count ?? 0, 'labelled transaction')} of{' '}
      {pluralize(merchant_count ?? 0, 'merchant')}
    </>
  );
}

interface ChooseVersionProps {
  version: number | null;
  onChange: (id: number) => void;
}

/** Shows nothing while there is no other version. */
function ChooseVersion({ version, onChange }: ChooseVersionProps) {
  const { result } = useList<LearnedVersionBody>({
    resource: 'learning/versions',
    pagination: { pageSize: 100 },
    errorNotification: false,
  });
  const versions = result.data ?? [];
  if (version === null || versions.length < 2) return null;
  return (
    <Select<number>
      aria-label="Version"
      style={{ width: 180 }}
      value={version}
      onChange={onChange}
      options={versions.map(({ id, is_live }) => ({
        value: id,
        label: is_live ? `Version ${id} (live)` : `Version ${id}`,
      }))}
    />
  );
}

function NothingLearned() {
  const mayChange = useIsAllowed('create', 'learning');
  return (
    <EmptyState
      title="Nothing has been learned yet"
      detail="Set the categories of some transactions by hand: the largest uncategorized merchants teach most. Then start a training."
    >
      {mayChange && (
        <Flex wrap gap={8} justify="center">
          <LinkButton type="primary" to="/uncategorized-groups">
            Uncategorized merchants
          </LinkButton>
          <LinkButton to="/categorizers">Trainings</LinkButton>
        </Flex>
      )}
    </EmptyState>
  );
}
