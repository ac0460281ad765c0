import type { UncategorizedText } from '../../../db/list-uncategorized-texts.ts';
import { addAmounts } from '../../../domain/add-amounts.ts';
import { merchantGroup } from '../../../domain/merchant-group.ts';
import { formatMoney } from '../../../domain/money.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import type { UncategorizedGroupsBody } from './schema.ts';

type Group = UncategorizedGroupsBody['groups'][number];

/** Texts that stand for their group. */
const maxSamples = 5;

/** Puts texts of the same merchant together, the largest group first. */
export function groupTexts(texts: readonly UncategorizedText[]): Group[] {
  const byName = Map.groupBy(texts, ({ text }) => merchantGroup(text).name);
  const groups = [...byName].map(([name, members]) => toGroup(name, members));
  return groups.sort(
    (a, b) => b.transaction_count - a.transaction_count || (a.name < b.name ? -1 : 1),
  );
}

function toGroup(name: string, members: UncategorizedText[]): Group {
  const byCurrency = Map.groupBy(members, ({ currency }) => currency);
  const counts = new Map<string, number>();
  for (const { text, transactionCount } of members)
    counts.set(text, (counts.get(text) ?? 0) + transactionCount);
  const samples = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([text]) => text);
  return {
    name,
    transaction_count: sumCounts(members),
    amounts: [...byCurrency]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, sameCurrency]) => ({
        currency,
        transaction_count: sumCounts(sameCurrency),
        amount: formatMoney(addAmounts(sameCurrency.map(({ amount }) => amount))),
      })),
    samples: samples.slice(0, maxSamples),
    pattern: proposePattern(samples),
  };
}

const sumCounts = (texts: readonly UncategorizedText[]): number =>
  texts.reduce((sum, { transactionCount }) => sum + transactionCount, 0);

/** Of the patterns that the texts suggest, the one that most of them contain, then the longest. */
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
