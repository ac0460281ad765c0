import Router from '@koa/router';
import { explainMatch } from '../../../categorization/explain-match.ts';
import { lastChange } from '../../../db/audit/last-change.ts';
import type { Database } from '../../../db/connection/database.ts';
import { acceptanceOf } from '../../../db/suggestions/acceptance-of.ts';
import {
  findTransaction,
  type TransactionRow,
} from '../../../db/transactions/list-transactions.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import type { AdminDependencies } from '../admin-context.ts';
import type { PatternTestResultBody } from '../category-patterns/match-schema.ts';
import { presentExplanation } from '../category-patterns/present-explanation.ts';
import { maxBigintId } from '../fields.ts';
import { pathId } from '../path-id.ts';
import type { TransactionExplanationBody } from './explanation-schema.ts';

/** Explains why a transaction has its category, and which one it would get now. */
export function transactionExplanationRoutes({
  readDatabase,
  allow,
  currentPatterns,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/api/admin/transactions/:id/explanation', allow('viewer'), async (ctx) => {
    const id = pathId(ctx.params.id, maxBigintId);
    const row = id === null ? null : await findTransaction(readDatabase, id);
    if (row === null) throw notFound('transaction');
    const { patterns } = await currentPatterns.load();
    const explanation = await explainMatch(patterns, row.merchantName, row.description);
    const verdict = await presentExplanation(readDatabase, explanation);
    const body: TransactionExplanationBody = {
      category_source: row.categorySource,
      set_by_hand: row.categorySource === 'manual' ? await setByHand(readDatabase, row) : null,
      stored_pattern: await storedPattern(readDatabase, row, verdict),
      ...verdict,
      would_be: verdict.winner && {
        category_id: verdict.winner.category_id,
        category: verdict.winner.category,
      },
    };
    ctx.body = body;
  });

  return router;
}

async function setByHand(database: Database, row: TransactionRow) {
  const acceptanceId = await acceptanceOf(database, row.id);
  const change =
    acceptanceId === null
      ? await lastChange(database, 'transactions', row.id, 'update')
      : await lastChange(database, 'acceptances', acceptanceId, 'accept');
  return change && { by: change.actorName, at: change.at.toISOString() };
}

async function storedPattern(
  database: Database,
  { matchedPatternId: id, matchedPattern, categoryId }: TransactionRow,
  { winner, others }: PatternTestResultBody,
): Promise<TransactionExplanationBody['stored_pattern']> {
  if (id === null) return null;
  if (matchedPattern === null) {
    const deletion = await lastChange(database, 'category-patterns', id, 'delete');
    return {
      pattern_id: id,
      pattern: (deletion?.before as { pattern?: string } | undefined)?.pattern ?? null,
      state: 'deleted',
      deleted: deletion && { by: deletion.actorName, at: deletion.at.toISOString() },
    };
  }
  const found = [winner, ...others].find((match) => match?.pattern_id === id);
  const state =
    found?.category_id !== categoryId ? 'changed' : found === winner ? 'wins' : 'outranked';
  return { pattern_id: id, pattern: matchedPattern, state, deleted: null };
}
