import { useCustom } from '@refinedev/core';
import { Alert, Collapse, Flex, Spin, Typography } from 'antd';
import { Link } from 'react-router';
import type {
  PatternPreviewBody,
  PatternPreviewRequest,
} from '../../api/admin/category-patterns/preview-schema.ts';
import { characterCount, minMatchCharacters, normalizeText } from '../../domain/normalize-text.ts';
import type { MatchMode } from '../../domain/pattern-set.ts';
import { Money } from './money.tsx';
import { useDebounced } from './use-debounced.ts';

/** After the last key: the answer reads all transactions. */
const pauseMs = 400;
/** More are a list, not a warning. */
const shownShadows = 5;

interface PatternPreviewProps {
  pattern: string | undefined;
  /** Null when it is not chosen yet. */
  categoryId: number | null | undefined;
  priority?: number | null;
  matchMode?: MatchMode;
  /** Of the pattern that is changed; without it a new one is meant. */
  id?: number;
}

/** What saving a pattern would do to the transactions that are there, while one types. */
export function PatternPreview(props: PatternPreviewProps) {
  const asked = JSON.stringify(toRequest(props));
  const settled = useDebounced(asked, pauseMs);
  const request: PatternPreviewRequest | null = JSON.parse(settled);
  const { result, query } = useCustom<PatternPreviewBody>({
    url: 'category-patterns/preview',
    method: 'post',
    config: { payload: request },
    queryOptions: {
      enabled: request !== null,
      queryKey: ['pattern-preview', settled],
      // What was shown last stays until the next comes, so that nothing jumps.
      placeholderData: (previous) => previous,
    },
    errorNotification: false,
  });
  if (toRequest(props) === null) return null;
  const isBehind = asked !== settled || query.isFetching;
  const preview = query.data === undefined ? undefined : result.data;
  return (
    <section aria-label="Preview" aria-busy={isBehind} style={{ minHeight: 88 }}>
      <Flex gap={8} align="center" style={{ marginBottom: 4 }}>
        <Typography.Text strong>What it would do</Typography.Text>
        {isBehind && <Spin size="small" />}
      </Flex>
      {query.error !== null ? (
        <Typography.Text type="secondary">No preview: {query.error.message}</Typography.Text>
      ) : (
        preview !== undefined && (
          <Effect preview={preview} hasCategory={request?.category_id !== null} />
        )
      )}
    </section>
  );
}

/** Null where there is nothing to ask yet. */
function toRequest({
  pattern,
  categoryId,
  priority,
  matchMode,
  id,
}: PatternPreviewProps): PatternPreviewRequest | null {
  if (pattern === undefined || characterCount(normalizeText(pattern)) < minMatchCharacters)
    return null;
  return {
    ...(id !== undefined && { id }),
    pattern,
    category_id: categoryId ?? null,
    priority: priority ?? 0,
    match_mode: matchMode ?? 'contains',
  };
}

function Effect({ preview, hasCategory }: { preview: PatternPreviewBody; hasCategory: boolean }) {
  const { matched_count, kept_manual_count, moves, shadows, shadowed_by } = preview;
  return (
    <Flex vertical gap={8}>
      {preview.is_complete ? (
        <Typography.Text type="secondary">
          {matched_count === 0
            ? 'No transaction so far matches it.'
            : `It matches ${counted(matched_count)} so far.`}
          {kept_manual_count > 0 &&
            ` ${kept_manual_count.toLocaleString()} set by hand stay as they are.`}
          {matched_count > 0 && moves.length === 0 && ' None would move.'}
        </Typography.Text>
      ) : (
        <Alert
          type="info"
          showIcon
          message="It took too long to count them, or too many texts are alike. A longer pattern may be counted in time."
        />
      )}
      {moves.length > 0 && (
        <Collapse
          size="small"
          items={moves.map((move) => ({
            key: `${move.from?.id}:${move.to?.id}`,
            label: (
              <>
                <strong className="numeric">{move.transaction_count.toLocaleString()}</strong> from{' '}
                {move.from?.name ?? 'Uncategorized'} →{' '}
                {move.to?.name ?? (hasCategory ? 'Uncategorized' : 'the category you choose')}
              </>
            ),
            children: <Samples samples={move.samples} />,
          }))}
        />
      )}
      <Shadows
        title="Where both match, these win over it:"
        hint="It never wins where it is written out."
        shadows={shadowed_by}
      />
      <Shadows
        title="Where both match, it wins over these:"
        hint="They never win any more where they are written out."
        shadows={shadows}
      />
    </Flex>
  );
}

function Samples({ samples }: { samples: PatternPreviewBody['moves'][number]['samples'] }) {
  return (
    <ul className="plain-list">
      {samples.map((sample) => (
        <li key={sample.id} style={{ padding: '4px 0' }}>
          <Flex gap={8} justify="space-between" align="baseline">
            <Link to={`/transactions/${sample.id}`} style={{ overflowWrap: 'anywhere' }}>
              {[sample.merchant_name, sample.description].filter(Boolean).join(' · ')}
            </Link>
            <span style={{ whiteSpace: 'nowrap' }}>
              {sample.date} <Money amount={sample.amount} currency={sample.currency} />
            </span>
          </Flex>
        </li>
      ))}
    </ul>
  );
}

interface ShadowsProps {
  title: string;
  /** What it means where the one that loses is the longer one. */
  hint: string;
  shadows: PatternPreviewBody['shadows'];
}

function Shadows({ title, hint, shadows }: ShadowsProps) {
  if (shadows.length === 0) return null;
  const more = shadows.length - shownShadows;
  return (
    <div>
      <Typography.Text type="secondary">{title}</Typography.Text>
      <ul className="plain-list">
        {shadows.slice(0, shownShadows).map(({ id, pattern, category, always }) => (
          <li key={id}>
            <Typography.Text code>{pattern}</Typography.Text> {category}
            {always && <Typography.Text type="warning"> · {hint}</Typography.Text>}
          </li>
        ))}
      </ul>
      {more > 0 && <Typography.Text type="secondary">and {more} more</Typography.Text>}
    </div>
  );
}

const counted = (count: number): string =>
  `${count.toLocaleString()} ${count === 1 ? 'transaction' : 'transactions'}`;
