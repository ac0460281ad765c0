import { CheckCircleOutlined, LoadingOutlined, WarningOutlined } from '@ant-design/icons';
import { useOne } from '@refinedev/core';
import { Button, Flex, Typography } from 'antd';
import { useEffect, useState } from 'react';
import type { AcceptanceBody, SuggestionBody } from '../../../api/admin/suggestions/schema.ts';
import { isOpenAcceptance } from '../../../domain/acceptance.ts';
import { pluralize } from '../../format/format-count.ts';
import { PatternForm } from './pattern-form.tsx';
import type { Settled } from './settled-group.tsx';

/** Short enough to watch the progress. */
const refreshMs = 500;

/** One group whose category was accepted or corrected, or all groups that were accepted at once. */
export interface Accepted {
  acceptanceId: string;
  /** The groups that it settles, whose counts are outdated until it has ended. */
  groupIds: string[];
  /** What was accepted, such as “tim hortons → Coffee”. */
  text: string;
  /** For which a pattern is offered: the group and its category. */
  single?: { group: SuggestionBody; categoryId: number };
  isUndone: boolean;
}

interface AcceptedSuggestionsProps {
  accepted: Accepted;
  /** Its rows have been set, or set back, so that the counts of groups are outdated. */
  onEnded: () => void;
  onUndo: () => void;
  onSettled: (settled: Settled) => void;
}

/** The progress of what was accepted, with the ways on from there: to undo it, or to make a pattern of it. */
export function AcceptedSuggestions(props: AcceptedSuggestionsProps) {
  const { accepted, onEnded, onUndo, onSettled } = props;
  const [isOpen, setIsOpen] = useState(false);
  const { result: acceptance } = useOne<AcceptanceBody>({
    resource: 'suggestions/acceptances',
    id: accepted.acceptanceId,
    errorNotification: false,
    queryOptions: {
      refetchInterval: ({ state }) =>
        (state.data === undefined ? state.status === 'error' : hasEnded(state.data.data))
          ? false
          : refreshMs,
    },
  });
  const status = acceptance?.status;
  const isEnded = acceptance !== undefined && hasEnded(acceptance);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that it ends
  useEffect(() => {
    if (isEnded) onEnded();
  }, [status, isEnded]);
  const { single } = accepted;
  const isPatternOffered = single?.group.pattern != null && !accepted.isUndone && !isOpen;

  return (
    <>
      <Flex wrap gap={8} align="center">
        <Mark status={status} />
        <span style={{ overflowWrap: 'anywhere' }}>{accepted.text}</span>
        <Typography.Text type="secondary">{statusText(acceptance)}</Typography.Text>
        {status !== 'undone' && !accepted.isUndone && (
          <Button size="small" aria-label={`Undo ${accepted.text}`} onClick={onUndo}>
            Undo
          </Button>
        )}
        {status === 'completed' && isPatternOffered && (
          <Button
            size="small"
            aria-label={`Create pattern for ${single.group.name}`}
            onClick={() => setIsOpen(true)}
          >
            Create pattern
          </Button>
        )}
      </Flex>
      {isOpen && single !== undefined && (
        <PatternForm
          group={single.group}
          categoryId={single.categoryId}
          onCancel={() => setIsOpen(false)}
          onSaved={(settled) => {
            setIsOpen(false);
            onSettled(settled);
          }}
        />
      )}
    </>
  );
}

const hasEnded = ({ status }: AcceptanceBody): boolean => !isOpenAcceptance(status);

function Mark({ status }: { status: AcceptanceBody['status'] | undefined }) {
  if (status === 'failed') return <WarningOutlined style={{ color: 'var(--ant-color-warning)' }} />;
  return status === 'completed' || status === 'undone' ? (
    <CheckCircleOutlined style={{ color: 'var(--ant-color-success)' }} />
  ) : (
    <LoadingOutlined />
  );
}

function statusText(acceptance: AcceptanceBody | undefined): string {
  if (acceptance === undefined) return 'Starting';
  const rows = pluralize(acceptance.changed_count, 'transaction');
  switch (acceptance.status) {
    case 'running':
      return `Setting the category: ${Math.floor(acceptance.progress * 100)}%`;
    case 'completed':
      return `${rows} set.`;
    case 'undoing':
      return 'Undoing';
    case 'undone':
      return 'Undone.';
    case 'failed':
      return acceptance.failure_reason ?? 'Failed.';
  }
}
