import { useCustom } from '@refinedev/core';
import { Collapse, Flex, Spin, Typography } from 'antd';
import { useEffect } from 'react';
import type {
  CategorizerChange,
  CategorizerPreviewBody,
} from '../../../api/admin/categorizers/schema.ts';
import { formatCount, pluralize } from '../../format/format-count.ts';
import { formatPercent } from '../../format/format-percent.ts';
import { useDebounced } from '../../hooks/use-debounced.ts';

/** Waits for the last key, since each answer categorizes thousands of transactions. */
const pauseMs = 400;

interface CategorizerPreviewProps {
  name: string;
  change: CategorizerChange;
  /** Is called with the change, as JSON, once its effect is shown, or is known not to be available. */
  onSeen: (change: string) => void;
}

/** Shows what a change would do to stored transactions, tried on a random sample of them. */
export function CategorizerPreview({ name, change, onSeen }: CategorizerPreviewProps) {
  const asked = JSON.stringify(change);
  const settled = useDebounced(asked, pauseMs);
  const { result, query } = useCustom<CategorizerPreviewBody>({
    url: `categorizers/${name}/preview`,
    method: 'post',
    config: { payload: JSON.parse(settled) },
    queryOptions: { queryKey: ['categorizer-preview', name, settled], gcTime: 0 },
    errorNotification: false,
  });
  const isBehind = asked !== settled || query.isFetching;
  const hasAnswer = !isBehind && (query.isSuccess || query.isError);
  useEffect(() => {
    if (hasAnswer) onSeen(settled);
  }, [hasAnswer, settled, onSeen]);

  return (
    <section aria-label="Preview" aria-busy={isBehind} style={{ minHeight: 88 }}>
      <Flex gap={8} align="center" style={{ marginBottom: 4 }}>
        <Typography.Text strong>What would change</Typography.Text>
        {isBehind && <Spin size="small" />}
      </Flex>
      {query.error !== null ? (
        <Typography.Text type="secondary">
          Could not load the preview. {query.error.message}
        </Typography.Text>
      ) : (
        query.data !== undefined && <Effect preview={result.data} />
      )}
    </section>
  );
}

function Effect({ preview }: { preview: CategorizerPreviewBody }) {
  const { sampled_count, before, after, moves } = preview;
  if (sampled_count === 0)
    return (
      <Typography.Text type="secondary">
        There is no stored transaction to try it on.
      </Typography.Text>
    );
  const share = (count: number): string => formatPercent(count / sampled_count);
  return (
    <Flex vertical gap={8}>
      <Typography.Text type="secondary">
        Tried on {pluralize(sampled_count, 'stored transaction')}, drawn at random. They keep their
        categories until you let the categorizers decide again.
      </Typography.Text>
      <span>
        Categorized:{' '}
        <Shift from={share(before.categorized_count)} to={share(after.categorized_count)} />
      </span>
      <span>
        Needs review:{' '}
        <Shift from={share(before.needs_review_count)} to={share(after.needs_review_count)} />
      </span>
      {moves.length === 0 ? (
        <Typography.Text type="secondary">No category would change.</Typography.Text>
      ) : (
        <Collapse
          size="small"
          items={moves.map((move) => ({
            key: `${move.from_category_id}:${move.to_category_id}`,
            label: (
              <>
                <strong className="numeric">{formatCount(move.transaction_count)}</strong> from{' '}
                {move.from ?? 'Uncategorized'} to {move.to ?? 'Uncategorized'}
              </>
            ),
            children: (
              <ul className="plain-list">
                {move.examples.map((example) => (
                  <li key={example} style={{ padding: '2px 0', overflowWrap: 'anywhere' }}>
                    {example}
                  </li>
                ))}
              </ul>
            ),
          }))}
        />
      )}
    </Flex>
  );
}

/** Reads “12% before, 15% after” to screen readers. */
function Shift({ from, to }: { from: string; to: string }) {
  return (
    <span className="numeric">
      {from}
      <span className="visually-hidden"> before, </span>
      <span aria-hidden> → </span>
      <strong>{to}</strong>
      <span className="visually-hidden"> after</span>
    </span>
  );
}
