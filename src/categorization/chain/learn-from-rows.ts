import { MerchantMemory } from '../memory/merchant-memory.ts';
import type { Hint } from '../model/example-table.ts';
import { type TrainedTextModel, trainTextModel } from '../model/train-text-model.ts';
import { collectPatternEvidence, type MatchedRow } from '../patterns/pattern-evidence.ts';
import { PatternPrecision } from '../patterns/pattern-precision.ts';

/** The kind of match that nearly always decides, so that the model isn't heard. */
const strongKind = 'merchant_name/pattern_in_text/words';

/** Everything that the categorizers learned from labelled rows. */
export interface Learned {
  memory: MerchantMemory;
  precision: PatternPrecision;
  /** Null if a model could not be learned. */
  trained: TrainedTextModel | null;
}

/** @param hints the patterns; the model learns from them too, because there are patterns before there are labels */
export async function learnFromRows(
  rows: readonly MatchedRow[],
  hints: readonly Hint[],
): Promise<Learned> {
  const isLeftToModel = (row: number) => rows[row]?.match?.kind !== strongKind;
  return {
    memory: await MerchantMemory.fromRows(rows),
    precision: new PatternPrecision(await collectPatternEvidence(rows)),
    trained: await trainTextModel(rows, { hints, isLeftToModel }),
  };
}
