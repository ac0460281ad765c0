import Router from '@koa/router';
import { z } from 'zod';
import { normalizeMerchant } from '../../../categorization/normalize-merchant.ts';
import { categoryNames } from '../../../db/categories/category-names.ts';
import { Acceptance } from '../../../db/models/acceptance.ts';
import { beginUndoing } from '../../../db/suggestions/change-acceptance-status.ts';
import { createAcceptance } from '../../../db/suggestions/create-acceptance.ts';
import { rejectSuggestion } from '../../../db/suggestions/rejected-suggestions.ts';
import type { SuggestedCategory } from '../../../db/suggestions/suggested-category.ts';
import { maxAcceptedGroups } from '../../../domain/acceptance.ts';
import { ApiError, badField, notFound } from '../../../domain/errors.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import type { ApiContext, ApiState } from '../../context.ts';
import { validate } from '../../validate.ts';
import { workflowLinks } from '../../workflow-links.ts';
import type { AdminDependencies } from '../admin-context.ts';
import { optionalJsonBody } from '../json-body.ts';
import { publicNameOf } from '../public-name-of.ts';
import {
  type AcceptableGroup,
  presentAcceptAll,
  presentAcceptance,
  presentSuggestion,
} from './presenter.ts';
import {
  type AcceptanceBody,
  acceptAllSchema,
  acceptSuggestionSchema,
  rejectSuggestionSchema,
  type SuggestionsBody,
  suggestionsQuerySchema,
} from './schema.ts';
import { type Suggestion, suggestCategories } from './suggest-categories.ts';
import { findGroup, findGroups, type SuggestionGroup } from './suggestion-groups.ts';

const base = '/api/admin/suggestions';

/** Suggestions of categories for the groups of the uncategorized queue, and what people say to them. */
export function suggestionRoutes(admin: AdminDependencies): Router<ApiState> {
  const { config, database, readDatabase, allow, slots, chain, workflowStarter } = admin;
  const links = workflowLinks(config);
  const suggest = (groups: readonly SuggestionGroup[]) =>
    suggestCategories(readDatabase, chain, groups);
  const router = new Router<ApiState>();

  router.get(base, allow('viewer', { holds: 'largeReads' }), async (ctx) => {
    const query = validate(suggestionsQuerySchema, ctx.query, 'query');
    const { groupCount, transactionCount, groups } = await findGroups(readDatabase, query);
    const suggestions = await suggest(groups);
    const names = await namesOf(suggestions);
    const presented: SuggestionsBody['groups'] = [];
    const turns = new EventLoopTurns();
    for (const [place, group] of groups.entries()) {
      if (turns.isOver) await turns.next();
      presented.push(await presentSuggestion(group, suggestions[place] ?? null, names));
    }
    const body: SuggestionsBody = {
      group_count: groupCount,
      transaction_count: transactionCount,
      groups: presented,
    };
    ctx.body = body;
  });

  router.post(
    `${base}/accept-all`,
    allow('editor', { holds: 'largeReads', body: optionalJsonBody() }),
    async (ctx) => {
      const given = validate(acceptAllSchema, ctx.request.body, 'body');
      const groups = await findAcceptable(given.min_confidence);
      if (given.dry_run) {
        const names = await namesOf(groups.map(({ suggestion }) => suggestion));
        ctx.body = presentAcceptAll(groups, names);
        return;
      }
      if (groups.length === 0)
        throw new ApiError('conflict', 'No suggestion is as sure as that. Nothing was accepted.');
      await accept(
        ctx,
        groups.map(({ group, suggestion }) => toSuggested(group, suggestion.categoryId)),
        groups.flatMap(({ group }) => textsOf(group)),
      );
    },
  );

  router.get(`${base}/acceptances/:id`, allow('viewer'), async (ctx) => {
    ctx.body = presentAcceptance(await findAcceptance(ctx.params.id), links);
  });

  router.post(`${base}/acceptances/:id/undo`, allow('editor'), async (ctx) => {
    const { id } = await findAcceptance(ctx.params.id);
    const begun = await beginUndoing(database, ctx.state.actor, id);
    if (begun === null)
      throw new ApiError('conflict', 'This acceptance is being undone, or was undone before.');
    workflowStarter.startAcceptance({ id, status: 'undoing' });
    ctx.status = 202;
    ctx.body = presentAcceptance(begun, links);
  });

  router.post(
    `${base}/:id/accept`,
    allow('editor', { holds: 'largeReads', body: optionalJsonBody() }),
    async (ctx) => {
      const { category_id } = validate(acceptSuggestionSchema, ctx.request.body, 'body');
      const group = await getGroup(ctx.params.id);
      const categoryId = category_id ?? (await suggest([group]))[0]?.categoryId;
      if (categoryId === undefined)
        throw badField('/category_id', 'is required, since this group has no suggestion');
      await accept(ctx, [toSuggested(group, categoryId)], textsOf(group));
    },
  );

  router.post(
    `${base}/:id/reject`,
    allow('editor', { holds: 'largeReads', body: optionalJsonBody() }),
    async (ctx) => {
      const { category_id } = validate(rejectSuggestionSchema, ctx.request.body, 'body');
      const group = await getGroup(ctx.params.id);
      const categoryId = category_id ?? (await suggest([group]))[0]?.categoryId;
      if (categoryId === undefined)
        throw new ApiError('conflict', 'This group has no suggestion that could be rejected.');
      const { actor } = ctx.state;
      const merchants = await merchantsOf(textsOf(group));
      await slots.changes.hold(ctx.state, () =>
        rejectSuggestion(
          database,
          actor,
          publicNameOf(ctx.state),
          toSuggested(group, categoryId),
          merchants,
        ),
      );
      ctx.status = 204;
    },
  );

  async function accept(
    ctx: ApiContext,
    suggestions: SuggestedCategory[],
    texts: string[],
  ): Promise<void> {
    const { actor } = ctx.state;
    const acceptance = await slots.changes.hold(ctx.state, () =>
      createAcceptance(database, actor, publicNameOf(ctx.state), suggestions, texts),
    );
    workflowStarter.startAcceptance({ id: acceptance.id, status: 'running' });
    ctx.status = 202;
    ctx.set('Location', `${base}/acceptances/${acceptance.id}`);
    const body: AcceptanceBody = presentAcceptance(acceptance, links);
    ctx.body = body;
  }

  /** The largest groups whose suggestion is sure enough. */
  async function findAcceptable(minConfidence: number): Promise<AcceptableGroup[]> {
    const { groups } = await findGroups(readDatabase, { limit: maxAcceptedGroups });
    const suggestions = await suggest(groups);
    return groups.flatMap((group, place) => {
      const suggestion = suggestions[place] ?? null;
      return suggestion !== null && suggestion.confidence >= minConfidence
        ? [{ group, suggestion }]
        : [];
    });
  }

  const namesOf = (suggestions: readonly (Suggestion | null)[]): Promise<Map<number, string>> =>
    categoryNames(readDatabase, [
      ...new Set(suggestions.flatMap((suggestion) => suggestion?.categoryId ?? [])),
    ]);

  async function getGroup(id: string | undefined): Promise<SuggestionGroup> {
    const group = await findGroup(readDatabase, id ?? '');
    if (group === null) throw notFound('group of uncategorized transactions');
    return group;
  }

  async function findAcceptance(text: string | undefined): Promise<Acceptance> {
    const id = z.uuid().safeParse(text);
    const found = id.success ? await Acceptance.query(readDatabase).findById(id.data) : undefined;
    if (found === undefined) throw notFound('acceptance');
    return found;
  }

  return router;
}

/** Each text comes once per currency. */
const textsOf = ({ texts }: SuggestionGroup): string[] => [
  ...new Set(texts.map(({ text }) => text)),
];

/** The texts as the language model knows them. */
async function merchantsOf(texts: readonly string[]): Promise<string[]> {
  const merchants = new Set<string>();
  const turns = new EventLoopTurns();
  for (const text of texts) {
    if (turns.isOver) await turns.next();
    const merchant = normalizeMerchant(text);
    if (merchant !== null) merchants.add(merchant);
  }
  return [...merchants];
}

const toSuggested = ({ id, name }: SuggestionGroup, categoryId: number): SuggestedCategory => ({
  groupId: id,
  groupName: name,
  categoryId,
});
