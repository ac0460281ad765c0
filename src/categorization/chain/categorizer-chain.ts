import type { CategoryMatch } from '../../domain/category-match.ts';
import { inSpan } from '../../tracing/in-span.ts';
import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import type { CurrentKnowledge } from '../current-knowledge.ts';
import type { Knowledge } from '../knowledge.ts';
import { categorizers as registered } from '../registry.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import { askCategorizers } from './ask-categorizers.ts';
import { buildChains } from './build-chains.ts';
import type { ChainMember } from './chain-member.ts';
import { type Decision, decideByChain } from './decide-by-chain.ts';

/** What a categorizer in shadow would change about a transaction if it were on. */
export interface ShadowDifference {
  /** The place of the transaction among those that were given. */
  row: number;
  categorizer: string;
  /** Null for no category. */
  fromCategoryId: number | null;
  toCategoryId: number | null;
}

export interface Decisions {
  /** For each transaction the match that counts, or null, in the order of the input. */
  matches: (CategoryMatch | null)[];
  shadow: ShadowDifference[];
}

/** Decides the category of transactions by all categorizers that are on. It never writes. */
export class CategorizerChain {
  readonly knowledge: CurrentKnowledge;
  readonly categorizers: readonly TransactionCategorizer[];

  constructor(
    knowledge: CurrentKnowledge,
    categorizers: readonly TransactionCategorizer[] = registered,
  ) {
    this.knowledge = knowledge;
    this.categorizers = categorizers;
  }

  /** Decides by what is known when it is called. */
  async decide(transactions: readonly CategorizableTransaction[]): Promise<Decisions> {
    return inSpan(
      'categorize',
      { attributes: { 'tallyflow.rows': transactions.length } },
      async () => this.decideBy(await this.knowledge.get(), transactions),
    );
  }

  async decideBy(
    knowledge: Knowledge,
    transactions: readonly CategorizableTransaction[],
  ): Promise<Decisions> {
    const chains = buildChains(this.categorizers, knowledge);
    const heard = await askCategorizers(this.categorizers, chains, transactions, knowledge);
    const withOpinions = (members: readonly ChainMember[]): Listener[] =>
      members.map((member) => ({ ...member, said: heard.get(member.name) ?? [] }));
    const sources = new Map(this.categorizers.map(({ name, source }) => [name, source]));
    const on = withOpinions(chains.on);
    // Recent texts share their opinions, and so their matches: most of the cost of a match is to collect it again.
    const made = new Map<CategorizerOpinion, CategoryMatch>();
    const matches = transactions.map((_, row) => {
      const decision = decideRow(on, row);
      if (decision === null) return null;
      let match = made.get(decision.opinion);
      if (match === undefined) {
        match = toMatch(decision, sources);
        made.set(decision.opinion, match);
      }
      return match;
    });
    const shadow: ShadowDifference[] = [];
    for (const { categorizer, members } of chains.shadows) {
      const listeners = withOpinions(members);
      if (isSilent(categorizer, listeners, on)) continue;
      for (let row = 0; row < matches.length; row++) {
        const fromCategoryId = matches[row]?.categoryId ?? null;
        const toCategoryId = decideRow(listeners, row)?.opinion.categoryId ?? null;
        if (fromCategoryId !== toCategoryId)
          shadow.push({ row, categorizer, fromCategoryId, toCategoryId });
      }
    }
    return { matches, shadow };
  }
}

interface Listener extends ChainMember {
  said: readonly (CategorizerOpinion | null)[];
}

const decideRow = (
  chain: readonly Listener[],
  row: number,
): Decision<Listener, CategorizerOpinion> | null =>
  decideByChain(chain, ({ said }) => said[row] ?? null);

/** Whether a categorizer can't change anything: it has no opinion, and the others' minimums are the same without it. */
function isSilent(
  categorizer: string,
  withIt: readonly Listener[],
  without: readonly Listener[],
): boolean {
  const minimums = new Map(without.map(({ name, minConfidence }) => [name, minConfidence]));
  return withIt.every(({ name, said, minConfidence }) =>
    name === categorizer
      ? said.every((opinion) => opinion === null)
      : minimums.get(name) === minConfidence,
  );
}

function toMatch(
  { by, opinion, needsReview }: Decision<Listener, CategorizerOpinion>,
  sources: ReadonlyMap<string, string>,
): CategoryMatch {
  return {
    categoryId: opinion.categoryId,
    source: sources.get(by.name) as string,
    confidence: opinion.confidence,
    needsReview,
    patternId: opinion.patternId ?? null,
    field: opinion.field ?? null,
    learnedVersionId: opinion.learnedVersionId ?? null,
  };
}
