import Router from '@koa/router';
import type { CategorizerChain } from '../../../categorization/chain/categorizer-chain.ts';
import { explainDecision } from '../../../categorization/explain-decision.ts';
import { explainMatch } from '../../../categorization/explain-match.ts';
import { lastChange } from '../../../db/audit/last-change.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import type { Database } from '../../../db/connection/database.ts';
import { acceptanceOf } from '../../../db/suggestions/acceptance-of.ts';
import {
  findTransaction,
  type TransactionRow,
} from '../../../db/transactions/list-transactions.ts';
import { notFound } from '../../../domain/errors.ts';
import type { ApiState } from '../../context.ts';
import type { AdminDependencies } from '../admin-context.ts';
import type { ExplanationBody } from '../categorizers/explanation-schema.ts';
import { presentDecisionExplanation } from '../categorizers/present-decision-explanation.ts';
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
  chain,
}: AdminDependencies): Router<ApiState> {
  const router = new Router<ApiState>();

  router.get('/api/admin/transactions/:id/explanation', allow('viewer'), async (ctx) => {
    const id = pathId(ctx.params.id, maxBigintId);
    const row = id === null ? null : await findTransaction(readDatabase, id);
    if (row === null) throw notFound('transaction');
    const { patterns } = await currentPatterns.load();
    const explanation = await explainMatch(patterns, row.merchantName, row.description);
    const verdict = await presentExplanation(readDatabase, explanation);
    const { explanation: decision, isVersionGone } = await explainStored(chain, row);
    const body: TransactionExplanationBody = {
      category_source: row.categorySource,
      set_by_hand: row.categorySource === 'manual' ? await setByHand(readDatabase, row) : null,
      stored_pattern: await storedPattern(readDatabase, row, verdict),
      decision,
      is_version_gone: isVersionGone,
      ...verdict,
      would_be: await decideAgain(readDatabase, chain, row),
    };
    ctx.body = body;
  });

  return router;
}

/** A pattern is stored on the row. What others had to say is found out again. */
async function explainStored(
  chain: CategorizerChain,
  row: TransactionRow,
): Promise<{ explanation: ExplanationBody | null; isVersionGone: boolean }> {
  if (row.matchedPatternId !== null && row.matchedField !== null) {
    const { matchedPattern: pattern, matchedField: field } = row;
    return { explanation: { kind: 'pattern', pattern, field }, isVersionGone: false };
  }
  const { explanation, isVersionGone } = await explainDecision(chain, row);
  return { explanation: explanation && presentDecisionExplanation(explanation), isVersionGone };
}

async function decideAgain(
  database: Database,
  chain: CategorizerChain,
  row: TransactionRow,
): Promise<TransactionExplanationBody['would_be']> {
  const { matches } = await chain.decide([row]);
  const match = matches[0] ?? null;
  if (match === null) return null;
  const names = await categoryNames(database, [match.categoryId]);
  return {
    category_id: match.categoryId,
    // Empty only when the category was deleted between the two queries.
    category: names.get(match.categoryId) ?? '',
    category_source: match.source,
  };
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
