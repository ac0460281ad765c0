import { crc32 } from 'node:zlib';
import { AgreementTable } from '../memory/agreement-table.ts';
import type { CategoryCounts } from '../memory/category-counts.ts';
import { CountsByText } from '../memory/counts-by-text.ts';
import { MerchantMemory } from '../memory/merchant-memory.ts';
import { CalibrationCurve } from '../model/calibration-curve.ts';
import { TextModel } from '../model/text-model.ts';
import { maxBuckets } from '../model/train-text-model.ts';
import type { MatchKind } from '../patterns/match-kind.ts';
import { PatternPrecision } from '../patterns/pattern-precision.ts';
import { TimeSlices } from '../time-slices.ts';
import { Acceptance } from './acceptance.ts';
import { ByteReader } from './byte-reader.ts';
import { learnedFormat, learnedHeaderBytes, learnedMark } from './encode-learned.ts';
import type { LearnedVersion } from './learned-version.ts';

/** Entries between two looks at the clock. */
const entriesPerPause = 200;

/** The bytes are none that this release can read: they are damaged, or another release wrote them. */
export class UnreadableLearnedError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(`What was learned cannot be read: ${detail}. Train again.`, options);
    this.name = 'UnreadableLearnedError';
  }
}

/** Decodes what encodeLearned wrote, and lets other work of the process run meanwhile. Throws UnreadableLearnedError. */
export async function decodeLearned(data: Buffer): Promise<LearnedVersion> {
  const body = checkedBody(data);
  try {
    return await new LearnedReader(body).read();
  } catch (error) {
    if (error instanceof RangeError)
      throw new UnreadableLearnedError('its parts do not fit together', { cause: error });
    throw error;
  }
}

function checkedBody(data: Buffer): Buffer {
  const mark = learnedMark.length;
  if (data.length < learnedHeaderBytes || !data.subarray(0, mark).equals(learnedMark))
    throw new UnreadableLearnedError('it has no known beginning');
  const format = data.readUInt8(mark);
  if (format !== learnedFormat)
    throw new UnreadableLearnedError(
      `it has format ${format}, and this release reads ${learnedFormat}`,
    );
  const body = data.subarray(learnedHeaderBytes);
  if (crc32(body) !== data.readUInt32LE(mark + 1))
    throw new UnreadableLearnedError('it is damaged, because its checksum differs');
  return body;
}

class LearnedReader {
  readonly #reader: ByteReader;
  readonly #slices = new TimeSlices();

  constructor(body: Buffer) {
    this.#reader = new ByteReader(body);
  }

  async read(): Promise<LearnedVersion> {
    return {
      memory: await this.#readMemory(),
      precision: await this.#readPrecision(),
      model: this.#reader.number() === 0 ? null : await this.#readModel(),
      acceptance: new Acceptance(this.#reader.array(Float64Array)),
    };
  }

  async #readMemory(): Promise<MerchantMemory> {
    const merchants = await this.#readCounts();
    const texts = await this.#readCounts();
    const agreement = new AgreementTable([...this.#reader.array(Float64Array)]);
    return new MerchantMemory({ merchants, texts, agreement });
  }

  async #readCounts(): Promise<CountsByText> {
    const all = new CountsByText();
    await this.#repeat(() => {
      const text = this.#reader.text();
      const counts: CategoryCounts = new Map();
      for (let left = this.#reader.count(); left > 0; left--)
        counts.set(this.#reader.number(), this.#reader.number());
      all.set(text, counts);
    });
    return all;
  }

  async #readPrecision(): Promise<PatternPrecision> {
    const kinds: MatchKind[] = [];
    await this.#repeat(() => kinds.push(this.#reader.text() as MatchKind));
    const precision = new PatternPrecision([]);
    await this.#repeat(() =>
      precision.add({
        patternId: this.#reader.number(),
        kind: entryAt(kinds, this.#reader.number()),
        merchant: this.#reader.text(),
        rowCount: this.#reader.number(),
        rightCount: this.#reader.number(),
      }),
    );
    return precision;
  }

  async #readModel(): Promise<TextModel> {
    const categoryIds = [...this.#reader.array(Int32Array)];
    const bucketCount = this.#reader.number();
    const buckets: number[] = [];
    await this.#repeat(() => buckets.push(this.#reader.number() + (buckets.at(-1) ?? 0)));
    const steps = this.#reader.array(Float32Array);
    const weights = this.#reader.array(Int8Array);
    const bias = this.#reader.array(Float32Array);
    const points = [...this.#reader.array(Float64Array)];
    const categoryCount = categoryIds.length;
    const fits =
      bias.length === categoryCount &&
      steps.length === buckets.length &&
      weights.length === buckets.length * categoryCount &&
      (buckets.at(-1) ?? 0) < bucketCount &&
      bucketCount <= maxBuckets;
    if (!fits) throw new RangeError('The parts of the model have different sizes.');
    return new TextModel({
      categoryIds,
      weights: {
        categoryCount,
        bucketCount,
        buckets: Int32Array.from(buckets),
        steps,
        weights,
        bias,
      },
      curve: new CalibrationCurve(
        Array.from({ length: points.length / 2 }, (_, at) => ({
          score: points[2 * at] as number,
          confidence: points[2 * at + 1] as number,
        })),
      ),
    });
  }

  /** Reads a count, and then as many entries. */
  async #repeat(readEntry: () => void): Promise<void> {
    const count = this.#reader.count();
    for (let entry = 0; entry < count; entry++) {
      if (entry % entriesPerPause === 0) await this.#slices.pause();
      readEntry();
    }
  }
}

function entryAt<Entry>(entries: readonly Entry[], place: number): Entry {
  const entry = entries[place];
  if (entry === undefined) throw new RangeError('An entry names another that does not exist.');
  return entry;
}
