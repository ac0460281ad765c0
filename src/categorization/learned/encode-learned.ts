import { crc32 } from 'node:zlib';
import type { CountsByText } from '../memory/counts-by-text.ts';
import type { MerchantMemoryParts } from '../memory/merchant-memory.ts';
import type { TextModelParts } from '../model/text-model.ts';
import type { PatternEvidence } from '../patterns/pattern-evidence.ts';
import { ByteWriter } from './byte-writer.ts';
import type { LearnedVersion } from './learned-version.ts';

/** What the bytes begin with. */
export const learnedMark = Buffer.from('TFLV');
/** Raise this whenever what the bytes mean changes, features and normalization included. */
export const learnedFormat = 1;
/** The mark, a byte for the format, and four for the checksum of the rest. */
export const learnedHeaderBytes = learnedMark.length + 5;

/**
 * Encodes what was learned for storing: about 2 MB for a model of 30 categories. The same labels give the same bytes.
 */
export function encodeLearned({ memory, precision, model, acceptance }: LearnedVersion): Buffer {
  const writer = new ByteWriter();
  writeMemory(writer, memory.parts());
  writeEvidence(writer, precision.evidence());
  writer.number(model === null ? 0 : 1);
  if (model !== null) writeModel(writer, model.parts);
  writer.array(acceptance.precisions);
  const body = writer.bytes();
  const header = Buffer.alloc(learnedHeaderBytes);
  learnedMark.copy(header);
  header.writeUInt8(learnedFormat, learnedMark.length);
  header.writeUInt32LE(crc32(body), learnedMark.length + 1);
  return Buffer.concat([header, body]);
}

function writeMemory(
  writer: ByteWriter,
  { merchants, texts, agreement }: MerchantMemoryParts,
): void {
  writeCounts(writer, merchants);
  writeCounts(writer, texts);
  writer.array(Float64Array.from(agreement.shares));
}

function writeCounts(writer: ByteWriter, all: CountsByText): void {
  writer.number(all.size);
  for (const [text, counts] of all) {
    writer.text(text);
    writer.number(counts.size);
    for (const [categoryId, count] of counts) {
      writer.number(categoryId);
      writer.number(count);
    }
  }
}

function writeEvidence(writer: ByteWriter, evidence: readonly PatternEvidence[]): void {
  const kinds = [...new Set(evidence.map(({ kind }) => kind))];
  writer.number(kinds.length);
  for (const kind of kinds) writer.text(kind);
  writer.number(evidence.length);
  for (const { patternId, kind, merchant, rowCount, rightCount } of evidence) {
    writer.number(patternId);
    writer.number(kinds.indexOf(kind));
    writer.text(merchant);
    writer.number(rowCount);
    writer.number(rightCount);
  }
}

function writeModel(writer: ByteWriter, { categoryIds, weights, curve }: TextModelParts): void {
  writer.array(Int32Array.from(categoryIds));
  writer.number(weights.bucketCount);
  writer.number(weights.buckets.length);
  let before = 0;
  for (const bucket of weights.buckets) {
    writer.number(bucket - before);
    before = bucket;
  }
  writer.array(weights.steps);
  writer.array(weights.weights);
  writer.array(weights.bias);
  writer.array(
    Float64Array.from(curve.points.flatMap(({ score, confidence }) => [score, confidence])),
  );
}
