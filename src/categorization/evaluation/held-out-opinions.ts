import type { LearnedFromRows } from '../chain/learn-from-rows.ts';
import type { Opinion, Opinions } from '../chain/opinions.ts';
import { inTimeSlices } from '../in-time-slices.ts';
import { merchantKey } from '../merchant-key.ts';
import { isStrongKind } from '../patterns/match-kind.ts';
import type { MatchedRow } from '../patterns/pattern-evidence.ts';

/**
 * Returns what each categorizer would have said about each row if it had not learned from it. Memory and the precision
 * of patterns leave out the row itself, because merchants come back. The model leaves out every row of the merchant,
 * because it is there for new ones.
 *
 * @param rows exactly the rows that everything was learned from, in the same order
 */
export async function heldOutOpinions(
  rows: readonly MatchedRow[],
  { memory, precision, model, heldOut }: LearnedFromRows,
): Promise<Opinions[]> {
  const modelOpinions = new Map<string, Opinion>();
  for (const { row, categoryId, score } of heldOut) {
    const confidence = model?.parts.curve.confidenceAt(score) ?? 0;
    modelOpinions.set(exampleKey(rows[row] as MatchedRow), { categoryId, confidence });
  }
  const opinions: Opinions[] = [];
  for await (const slice of inTimeSlices(rows))
    for (const row of slice) {
      const { match } = row;
      opinions.push({
        memory: memory.recallWithoutRow(row),
        patterns: match && {
          categoryId: match.categoryId,
          confidence: precision.confidenceWithoutRow(
            { ...match, merchant: merchantKey(row) },
            match.categoryId === row.categoryId,
          ),
          standsAlone: !isStrongKind(match.kind),
        },
        model: modelOpinions.get(exampleKey(row)) ?? null,
      });
    }
  return opinions;
}

/** The same for rows that are one example of the model. */
const exampleKey = ({ merchantName, description, categoryId }: MatchedRow): string =>
  `${categoryId}\0${merchantName ?? ''}\0${description ?? ''}`;
