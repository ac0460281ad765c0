import type { RowAnswer } from '../evaluation/is-worse.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const answers: readonly RowAnswer[] = ['none', 'right', 'wrong'];

/** The ids of transactions, and how a version answered them, by ascending id. */
export type AnswersById = ReadonlyMap<number, RowAnswer>;

/** Encodes the answers in some two bytes for each row, so that a later version can be compared on the same rows. */
export function encodeAnswers(byId: AnswersById): Buffer {
  const writer = new ByteWriter();
  writer.number(byId.size);
  let before = 0;
  for (const [id, answer] of byId) {
    writer.number((id - before) * answers.length + answers.indexOf(answer));
    before = id;
  }
  return writer.bytes();
}

export function decodeAnswers(data: Buffer): AnswersById {
  const reader = new ByteReader(data);
  const byId = new Map<number, RowAnswer>();
  let id = 0;
  for (let left = reader.count(); left > 0; left--) {
    const value = reader.number();
    id += Math.floor(value / answers.length);
    byId.set(id, answers[value % answers.length] as RowAnswer);
  }
  return byId;
}
