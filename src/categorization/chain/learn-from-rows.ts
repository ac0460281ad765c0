import { MerchantMemory } from '../memory/merchant-memory.ts';
import type { Hint } from '../model/example-table.ts';
import type { HeldOutExample } from '../model/held-out-answers.ts';
import type { TextModel } from '../model/text-model.ts';
import { trainTextModel } from '../model/train-text-model.ts';
import type { TrainingControl } from '../model/training-steps.ts';
import { isStrongKind } from '../patterns/match-kind.ts';
import { collectPatternEvidence, type MatchedRow } from '../patterns/pattern-evidence.ts';
import { PatternPrecision } from '../patterns/pattern-precision.ts';

/** Everything that the categorizers learned from labelled rows. */
export interface Learned {
  memory: MerchantMemory;
  precision: PatternPrecision;
  /** Null if a model could not be learned. */
  model: TextModel | null;
}

export interface LearnedFromRows extends Learned {
  /** What models that did not know the merchant said about each distinct labelled text. */
  heldOut: readonly HeldOutExample[];
}

/** @param hints the patterns; the model learns from them too, because there are patterns before there are labels */
export async function learnFromRows(
  rows: readonly MatchedRow[],
  hints: readonly Hint[],
  control: TrainingControl = {},
): Promise<LearnedFromRows> {
  // A strong match nearly always decides, so that the model isn't heard. And it must not confirm itself.
  const isLeftToModel = (place: number) => {
    const { match = null, isUnseen = false } = rows[place] ?? {};
    return !isUnseen && (match === null || !isStrongKind(match.kind));
  };
  const trained = await trainTextModel(rows, { hints, isLeftToModel, ...control });
  return {
    memory: await MerchantMemory.fromRows(rows),
    precision: new PatternPrecision(await collectPatternEvidence(rows)),
    model: trained?.model ?? null,
    heldOut: trained?.heldOut ?? [],
  };
}
