import type { UncategorizedText } from '../../../db/categories/list-uncategorized-texts.ts';
import { addAmounts } from '../../../domain/add-amounts.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import { merchantGroup } from '../../../domain/merchant-group.ts';
import { formatMoney } from '../../../domain/money.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { UncategorizedGroupsBody } from './schema.ts';

type Group = UncategorizedGroupsBody['groups'][number];

/** A group of texts of the same merchant. */
export interface TextGroup {
  name: string;
  transactionCount: number;
  texts: UncategorizedText[];
}

/** Texts that stand for their group. */
const maxSamples = 5;

/**
 * Groups texts by merchant, the largest group first. There may be some hundred thousand texts, so other requests
 * run in between.
 */
export async function groupTexts(texts: readonly UncategorizedText[]): Promise<TextGroup[]> {
  const groups = new Map<string, TextGroup>();
  /** Each text comes once per currency. */
  const groupOfText = new Map<string, TextGroup>();
  const turns = new EventLoopTurns();
  for (const text of texts) {
    if (turns.isOver) await turns.next();
    let group = groupOfText.get(text.text);
    if (group === undefined) {
      const { name } = merchantGroup(text.text);
      group = groups.get(name) ?? { name, transactionCount: 0, texts: [] };
      groups.set(name, group);
      groupOfText.set(text.text, group);
    }
    group.transactionCount += text.transactionCount;
    group.texts.push(text);
  }
  return [...groups.values()].sort(
    (a, b) => b.transactionCount - a.transactionCount || (a.name < b.name ? -1 : 1),
  );
}

/** Describes a group that is shown, which costs more than finding it. */
export function presentGroup({ name, transactionCount, texts }: TextGroup): Group {
  const byCurrency = Map.groupBy(texts, ({ currency }) => currency);
  const counts = new Map<string, number>();
  for (const { text, transactionCount: count } of texts)
    counts.set(text, (counts.get(text) ?? 0) + count);
  const samples = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([text]) => text);
  return {
    name,
    transaction_count: transactionCount,
    amounts: [...byCurrency]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, sameCurrency]) => ({
        currency,
        transaction_count: sameCurrency.reduce((sum, { transactionCount: n }) => sum + n, 0),
        amount: formatMoney(addAmounts(sameCurrency.map(({ amount }) => amount))),
      })),
    samples: samples.slice(0, maxSamples),
    pattern: proposePattern(samples),
  };
}

/** The pattern that most of the texts contain, and the longest of several such patterns. */
function proposePattern(texts: readonly string[]): string | null {
  const normalized = texts.slice(0, 50).map(normalizeText);
  const candidates = new Set(
    texts.slice(0, 50).flatMap((text) => merchantGroup(text).pattern ?? []),
  );
  let best: string | null = null;
  let bestCount = 0;
  for (const pattern of candidates) {
    const count = normalized.filter((text) => text.includes(pattern)).length;
    if (count > bestCount || (count === bestCount && pattern.length > (best?.length ?? 0))) {
      best = pattern;
      bestCount = count;
    }
  }
  return best;
}
