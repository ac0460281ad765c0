import type { CoverageAndPrecision } from '../../domain/learned-evaluation.ts';
import { wilsonInterval } from '../wilson-interval.ts';

/** Counts answers, and which of them are right. */
export class AnswerTally {
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
