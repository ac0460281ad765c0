import { wilsonInterval } from '../wilson-interval.ts';

/** What a model said about an example whose merchant it was not trained on. */
export interface HeldOutAnswer {
  /** The probability that the model gave to its best category. */
  score: number;
  isRight: boolean;
  /** As in the example table: rows, of which each counts as 1/√(rows of its merchant). */
  weight: number;
  merchant: number;
}

/** Of the answers with about this score, this share is right. */
export interface CurvePoint {
  score: number;
  confidence: number;
}

/** A point needs the answers of this many merchants. Fewer could be luck. */
const minMerchantsPerPoint = 12;
/** With many answers, more merchants for each point are worth more than more points. */
const maxPoints = 20;
/**
 * Confidences lie this many standard errors below what was measured. A threshold selects what looks best, which is
 * partly luck, and merchants to come differ more from the labelled ones than these do from each other. With 50 and 200
 * labelled merchants and with 5,000 labelled rows, lower values promised more than later rows kept.
 */
const cautionErrors = 1.5;

/**
 * Converts the score of an answer to the share of such answers that are right. It is the share at that score, and not
 * the mean above it, because a threshold cuts at the margin. The share is estimated on merchants held out, cautiously,
 * and never falls as the score rises.
 */
export class CalibrationCurve {
  /** By ascending score; empty if there were too few merchants to show anything. */
  readonly points: readonly CurvePoint[];

  constructor(points: readonly CurvePoint[]) {
    this.points = points;
  }

  static fit(answers: readonly HeldOutAnswer[]): CalibrationCurve {
    const sorted = answers.toSorted((a, b) => a.score - b.score);
    return new CalibrationCurve(joinFalling(groupByScore(sorted)).map(toPoint));
  }

  /** Returns the confidence from 0 to 1; it is 0 if there were too few merchants to show anything. */
  confidenceAt(score: number): number {
    const above = this.points.findIndex((point) => point.score >= score);
    const high = this.points[above];
    if (high === undefined) return this.points.at(-1)?.confidence ?? 0;
    const low = this.points[above - 1];
    // Nothing was measured below the first point, so the confidence falls to 0 with the score.
    if (low === undefined)
      return high.score === 0 ? high.confidence : (high.confidence * score) / high.score;
    const part = (score - low.score) / (high.score - low.score);
    return low.confidence + part * (high.confidence - low.confidence);
  }
}

/** Answers with neighbouring scores. */
interface ScoreGroup {
  weight: number;
  /** Weight of the right answers. */
  right: number;
  /** Sum of the scores, each times its weight. */
  scores: number;
  /** The weight of each merchant. */
  merchants: Map<number, number>;
}

function groupByScore(sorted: readonly HeldOutAnswer[]): ScoreGroup[] {
  const total = sorted.reduce((sum, answer) => sum + answer.weight, 0);
  const groups: ScoreGroup[] = [];
  let group = emptyGroup();
  for (const { score, isRight, weight, merchant } of sorted) {
    group.weight += weight;
    group.right += isRight ? weight : 0;
    group.scores += weight * score;
    group.merchants.set(merchant, (group.merchants.get(merchant) ?? 0) + weight);
    if (group.merchants.size < minMerchantsPerPoint || group.weight < total / maxPoints) continue;
    groups.push(group);
    group = emptyGroup();
  }
  // The rest has the highest scores. It is too small for a group, and joins the last one.
  const last = groups.pop();
  if (last !== undefined) groups.push(group.weight > 0 ? join(last, group) : last);
  return groups;
}

/** Joins neighbours until the share of right answers never falls ("pool adjacent violators"). */
function joinFalling(groups: readonly ScoreGroup[]): ScoreGroup[] {
  const joined: ScoreGroup[] = [];
  for (let group of groups) {
    for (let last = joined.at(-1); last && shareOf(last) >= shareOf(group); last = joined.at(-1)) {
      joined.pop();
      group = join(last, group);
    }
    joined.push(group);
  }
  return joined;
}

function toPoint(group: ScoreGroup): CurvePoint {
  const size = effectiveSize(group);
  const [lowest] = wilsonInterval(shareOf(group) * size, size, cautionErrors);
  return { score: group.scores / group.weight, confidence: lowest };
}

/** Returns how many merchants of equal weight would show as much (Kish's effective sample size). */
function effectiveSize({ weight, merchants }: ScoreGroup): number {
  let squares = 0;
  for (const ofMerchant of merchants.values()) squares += ofMerchant * ofMerchant;
  return (weight * weight) / squares;
}

const shareOf = ({ right, weight }: ScoreGroup): number => right / weight;

const emptyGroup = (): ScoreGroup => ({ weight: 0, right: 0, scores: 0, merchants: new Map() });

function join(one: ScoreGroup, other: ScoreGroup): ScoreGroup {
  const merchants = new Map(one.merchants);
  for (const [merchant, weight] of other.merchants)
    merchants.set(merchant, (merchants.get(merchant) ?? 0) + weight);
  return {
    weight: one.weight + other.weight,
    right: one.right + other.right,
    scores: one.scores + other.scores,
    merchants,
  };
}
