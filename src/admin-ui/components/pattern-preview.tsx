import { useCustom } from '@refinedev/core';
import { Alert, Collapse, Flex, Spin, Typography } from 'antd';
import { Link } from 'react-router';
import type {
  PatternPreviewBody,
  PatternPreviewRequest,
} from '../../api/admin/category-patterns/preview-schema.ts';
import { characterCount, minMatchCharacters, normalizeText } from '../../domain/normalize-text.ts';
import type { MatchMode } from '../../domain/pattern-set.ts';
import { formatCount, pluralize } from '../format/format-count.ts';
import { useDebounced } from '../hooks/use-debounced.ts';
import { Money } from './money.tsx';

/** Waits for the last key, since each answer reads all transactions. */
const pauseMs = 400;
/** A warning stays short; the rest is counted. */
const shownShadows = 5;

interface PatternPreviewProps {
  pattern: string | undefined;
  /** Null when no category is chosen yet. */
  categoryId: number | null | undefined;
  priority?: number | null;
  matchMode?: MatchMode;
  /** The pattern that is edited; undefined for a new one. */
  id?: number;
}

/** Shows while typing what saving a pattern would do to stored transactions. */
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
      // The last preview stays until the next one arrives, so that nothing jumps.
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
        <Typography.Text strong>Effect on stored transactions</Typography.Text>
        {isBehind && <Spin size="small" />}
      </Flex>
      {query.error !== null ? (
        <Typography.Text type="secondary">
          Could not load the preview. {query.error.message}
        </Typography.Text>
      ) : (
        preview !== undefined && (
          <Effect preview={preview} hasCategory={request?.category_id !== null} />
        )
      )}
    </section>
  );
}

/** Null while the pattern is too short to match. */
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
            ? 'No stored transaction matches.'
            : `${pluralize(matched_count, 'transaction matches', 'transactions match')}.`}
          {kept_manual_count > 0 &&
            ` ${formatCount(kept_manual_count)} set by hand would not change.`}
          {matched_count > 0 && moves.length === 0 && ' No category would change.'}
        </Typography.Text>
      ) : (
        <Alert
          type="info"
          showIcon
          message="Could not count the matching transactions in time. Try a longer pattern."
        />
      )}
      {moves.length > 0 && (
        <Collapse
          size="small"
          items={moves.map((move) => ({
            key: `${move.from?.id}:${move.to?.id}`,
            label: (
              <>
                <strong className="numeric">{formatCount(move.transaction_count)}</strong> from{' '}
                {move.from?.name ?? 'Uncategorized'} to{' '}
                {move.to?.name ?? (hasCategory ? 'Uncategorized' : 'the category you choose')}
              </>
            ),
            children: <Samples samples={move.samples} />,
          }))}
        />
      )}
      <Shadows
        title="These patterns win over yours when both match:"
        hint="Yours never wins in a text that contains it."
        shadows={shadowed_by}
      />
      <Shadows
        title="Your pattern wins over these when both match:"
        hint="It would never win in a text that contains it."
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
  /** What it means when the losing pattern is the longer one. */
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
      {more > 0 && <Typography.Text type="secondary">and {formatCount(more)} more</Typography.Text>}
    </div>
  );
}
