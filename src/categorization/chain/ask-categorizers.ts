import type { CategorizableTransaction } from '../categorizable-transaction.ts';
import type { CategorizerOpinion } from '../categorizer-opinion.ts';
import type { Knowledge } from '../knowledge.ts';
import type { TransactionCategorizer } from '../transaction-categorizer.ts';
import type { Chains } from './build-chains.ts';
import { isSure } from './decide-by-chain.ts';

type Said = (CategorizerOpinion | null)[];

/**
 * Asks the categorizers of all chains, each only about the transactions for which it matters: once an opinion reaches
 * its minimum, a chain hears no other. Returns for each categorizer its opinions in the order of the transactions, null
 * where it has none or was not asked. Opinions name categories that exist.
 */
export async function askCategorizers(
  categorizers: readonly TransactionCategorizer[],
  { on, shadows }: Chains,
  transactions: readonly CategorizableTransaction[],
  knowledge: Knowledge,
): Promise<ReadonlyMap<string, Said>> {
  const chains = [on, ...shadows.map(({ members }) => members)];
  const heard = new Map<string, Said>();
  /** A bit for each chain that has an opinion which reaches its minimum. */
  const settled = new Int32Array(transactions.length);
  for (const categorizer of categorizers) {
    const listening = chains.flatMap((members, chain) => {
      const member = members.find(({ name }) => name === categorizer.name);
      return member === undefined ? [] : [{ bit: 1 << chain, member }];
    });
    if (listening.length === 0) continue;
    const bits = listening.reduce((all, { bit }) => all | bit, 0);
    const said = await askAbout(
      categorizer,
      transactions,
      (row) => ((settled[row] as number) & bits) !== bits,
      knowledge,
    );
    heard.set(categorizer.name, said);
    for (let row = 0; row < said.length; row++) {
      const opinion = said[row] ?? null;
      if (opinion === null) continue;
      for (const { bit, member } of listening)
        if (isSure(opinion, member)) settled[row] = (settled[row] as number) | bit;
    }
  }
  return heard;
}

async function askAbout(
  categorizer: TransactionCategorizer,
  transactions: readonly CategorizableTransaction[],
  isOpen: (row: number) => boolean,
  knowledge: Knowledge,
): Promise<Said> {
  const rows: number[] = [];
  for (let row = 0; row < transactions.length; row++) if (isOpen(row)) rows.push(row);
  const asked =
    rows.length === transactions.length
      ? transactions
      : rows.map((row) => transactions[row] as CategorizableTransaction);
  const opinions = asked.length === 0 ? [] : await categorizer.categorize(asked, knowledge);
  const said: Said = new Array(transactions.length).fill(null);
  for (let place = 0; place < rows.length; place++)
    said[rows[place] as number] = withCurrentCategory(opinions[place] ?? null, knowledge);
  return said;
}

function withCurrentCategory(
  opinion: CategorizerOpinion | null,
  { categories }: Knowledge,
): CategorizerOpinion | null {
  if (opinion === null) return null;
  const categoryId = categories.currentId(opinion.categoryId);
  if (categoryId === null) return null;
  return categoryId === opinion.categoryId ? opinion : { ...opinion, categoryId };
}
