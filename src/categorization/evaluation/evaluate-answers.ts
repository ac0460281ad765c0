import { type CategorizerName, categorizerNames } from '../chain/opinions.ts';
import { wilsonInterval } from '../wilson-interval.ts';
import type { JudgedRow } from './judge-rows.ts';

export interface CoverageAndPrecision {
  rowCount: number;
  /** Rows with an answer. */
  answeredCount: number;
  /** Answered rows of all rows, from 0 to 1; 0 without rows. */
  coverage: number;
  /** The answers that `precision` is about. For a category, these are the answers that name it, whatever the label. */
  answerCount: number;
  rightCount: number;
  /** Right answers of these answers, from 0 to 1; null without answers. */
  precision: number | null;
  /** The interval that holds the precision in 95 of 100 cases. */
  precisionInterval: [low: number, high: number];
}

export interface Evaluation {
  overall: CoverageAndPrecision;
  /** The rows that each categorizer answered, of all rows. */
  byCategorizer: Map<CategorizerName, CoverageAndPrecision>;
  /** By category id: the coverage of the rows with this label, and the precision of the answers with this category. */
  byCategory: Map<number, CoverageAndPrecision>;
}

export function evaluateAnswers(rows: readonly JudgedRow[]): Evaluation {
  const overall = new Tally();
  const categorizers = new Map(categorizerNames.map((name) => [name, new Tally()]));
  const categories = new Map<number, Tally>();
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

class Tally {
  #rowCount = 0;
  #answeredCount = 0;
  #answerCount = 0;
  #rightCount = 0;
  /** Answers for each merchant. */
  readonly #merchants = new Map<string, number>();

  countRow(isAnswered: boolean): void {
    this.#rowCount++;
    if (isAnswered) this.#answeredCount++;
  }

  countAnswer(merchant: string, isRight: boolean): void {
    this.#answerCount++;
    if (isRight) this.#rightCount++;
    this.#merchants.set(merchant, (this.#merchants.get(merchant) ?? 0) + 1);
  }

  summary(): CoverageAndPrecision {
    const precision = this.#answerCount === 0 ? null : this.#rightCount / this.#answerCount;
    const size = this.#effectiveSize();
    return {
      rowCount: this.#rowCount,
      answeredCount: this.#answeredCount,
      coverage: this.#rowCount === 0 ? 0 : this.#answeredCount / this.#rowCount,
      answerCount: this.#answerCount,
      rightCount: this.#rightCount,
      precision,
      precisionInterval: wilsonInterval((precision ?? 0) * size, size),
    };
  }

  /**
   * Returns how many independent answers would show as much (Kish's effective sample size). Answers about one merchant
   * are mostly right or wrong together, so each merchant is a cluster.
   */
  #effectiveSize(): number {
    let squares = 0;
    for (const count of this.#merchants.values()) squares += count * count;
    return squares === 0 ? 0 : this.#answerCount ** 2 / squares;
  }
}

function tallyOf(tallies: Map<number, Tally>, categoryId: number): Tally {
  const tally = tallies.get(categoryId) ?? new Tally();
  tallies.set(categoryId, tally);
  return tally;
}

const summaries = <Key>(tallies: Map<Key, Tally>): Map<Key, CoverageAndPrecision> =>
  new Map(Array.from(tallies, ([key, tally]) => [key, tally.summary()]));
