import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import { type CategorizerName, categorizerNames } from '../chain/opinions.ts';
import { AnswerTally } from './answer-tally.ts';
import type { JudgedRow } from './judge-rows.ts';

export interface Evaluation {
  overall: CoverageAndPrecision;
  /** The rows that each categorizer answered, of all rows. */
  byCategorizer: Map<CategorizerName, CoverageAndPrecision>;
  /** By category id: the coverage of the rows with this label, and the precision of the answers with this category. */
  byCategory: Map<number, CoverageAndPrecision>;
}

export function evaluateAnswers(rows: readonly JudgedRow[]): Evaluation {
  const overall = new AnswerTally();
  const categorizers = new Map(categorizerNames.map((name) => [name, new AnswerTally()]));
  const categories = new Map<number, AnswerTally>();
  for (const { categoryId, merchant, answer } of rows) {
    overall.countRow(answer !== null);
    tallyOf(categories, categoryId).countRow(answer !== null);
    for (const [name, tally] of categorizers) tally.countRow(answer?.by === name);
    if (answer === null) continue;
    const isRight = answer.categoryId === categoryId;
    overall.countAnswer(merchant, isRight);
    categorizers.get(answer.by)?.countAnswer(merchant, isRight);
    tallyOf(categories, answer.categoryId).countAnswer(merchant, isRight);
  }
  return {
    overall: overall.summary(),
    byCategorizer: summaries(categorizers),
    byCategory: summaries(categories),
  };
}

function tallyOf(tallies: Map<number, AnswerTally>, categoryId: number): AnswerTally {
  const tally = tallies.get(categoryId) ?? new AnswerTally();
  tallies.set(categoryId, tally);
  return tally;
}

const summaries = <Key>(tallies: Map<Key, AnswerTally>): Map<Key, CoverageAndPrecision> =>
  new Map(Array.from(tallies, ([key, tally]) => [key, tally.summary()]));
