import type { z } from 'zod';
import type { CompiledPatterns } from '../../../categorization/current-patterns.ts';
import type { MatcherWithoutPattern } from '../../../categorization/matcher-without-pattern.ts';
import { findOverlaps, type PatternOverlap } from '../../../categorization/pattern-overlaps.ts';
import {
  type ChangePreview,
  type Move,
  previewChange,
} from '../../../categorization/preview-change.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import { listPatternTexts, type TextGroup } from '../../../db/categories/list-pattern-texts.ts';
import type { Database } from '../../../db/connection/database.ts';
import {
  findTransactions,
  type TransactionRow,
} from '../../../db/transactions/list-transactions.ts';
import { ApiError, notFound } from '../../../domain/errors.ts';
import { formatMoney } from '../../../domain/money.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { CategoryPattern } from '../../../domain/pattern-set.ts';
import {
  maxMoveSamples,
  maxShadows,
  type PatternPreviewBody,
  type patternPreviewSchema,
} from './preview-schema.ts';

/** Stands for a category that is not chosen yet, and that no row has. */
const notChosen = 0;
/** A new pattern comes after all others. */
const newId = Number.MAX_SAFE_INTEGER;

const nothing: ChangePreview<TextGroup> = { matchedCount: 0, keptManualCount: 0, moves: [] };

/** Describes what saving the pattern would change. Throws ApiError for an unknown id. */
export async function previewPattern(
  database: Database,
  current: CompiledPatterns,
  matcherWithout: MatcherWithoutPattern,
  given: z.output<typeof patternPreviewSchema>,
): Promise<PatternPreviewBody> {
  const { id = null } = given;
  const before = current.patterns.find((pattern) => pattern.id === id) ?? null;
  if (id !== null && before === null) throw notFound('pattern');
  const after: CategoryPattern = {
    id: id ?? newId,
    categoryId: given.category_id ?? notChosen,
    pattern: given.pattern,
    priority: given.priority,
    matchMode: given.match_mode,
  };
  const texts = new Set(
    [after, ...(before === null ? [] : [before])].map(({ pattern }) => normalizeText(pattern)),
  );
  const groups = await listPatternTexts(database, [...texts]);
  const preview =
    groups === null
      ? nothing
      : await previewChange(
          { before, after },
          await matcherWithout.get(current, id, groups),
          groups,
        );
  const overlaps = await findOverlaps(
    current.patterns.filter((pattern) => pattern.id !== id),
    after,
  );
  const shadows = overlaps.shadows.slice(0, maxShadows);
  const shadowedBy = overlaps.shadowedBy.slice(0, maxShadows);
  const names = await categoryNames(database, [
    ...(given.category_id === null ? [] : [given.category_id]),
    ...preview.moves.flatMap(({ from, to }) => [from ?? notChosen, to ?? notChosen]),
    ...[...shadows, ...shadowedBy].map(({ pattern }) => pattern.categoryId),
  ]);
  if (given.category_id !== null && !names.has(given.category_id)) {
    throw new ApiError('invalid_request', 'The body is not valid.', {
      errors: [{ pointer: '/category_id', detail: 'is not the id of a category' }],
    });
  }
  const samples = await loadSamples(database, preview.moves);
  const category = (categoryId: number | null) => {
    const name = names.get(categoryId ?? notChosen);
    return categoryId === null || name === undefined ? null : { id: categoryId, name };
  };
  const shadow = ({ pattern, always }: PatternOverlap) => ({
    id: pattern.id,
    pattern: pattern.pattern,
    category: names.get(pattern.categoryId) ?? '',
    always,
  });
  return {
    matched_count: preview.matchedCount,
    kept_manual_count: preview.keptManualCount,
    moves: preview.moves.map((move) => ({
      from: category(move.from),
      to: category(move.to),
      transaction_count: move.transactionCount,
      samples: sampleIds(move).flatMap((sampleId) => samples.get(sampleId) ?? []),
    })),
    shadows: shadows.map(shadow),
    shadowed_by: shadowedBy.map(shadow),
    is_complete: groups !== null,
  };
}

type Sample = PatternPreviewBody['moves'][number]['samples'][number];

const sampleIds = ({ texts }: Move<TextGroup>): number[] =>
  texts.slice(0, maxMoveSamples).map(({ sampleId }) => sampleId);

async function loadSamples(
  database: Database,
  moves: readonly Move<TextGroup>[],
): Promise<Map<number, Sample>> {
  const ids = moves.flatMap(sampleIds);
  const rows = ids.length === 0 ? [] : await findTransactions(database, ids);
  return new Map(rows.map((row) => [row.id, presentSample(row)]));
}

const presentSample = (row: TransactionRow): Sample => ({
  id: row.id,
  merchant_name: row.merchantName,
  description: row.description,
  amount: formatMoney(row.amount),
  currency: row.currency,
  date: row.date,
});
