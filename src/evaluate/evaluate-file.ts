import type { CategorizableTransaction } from '../categorization/categorizable-transaction.ts';
import type { Threshold } from '../categorization/chain/chain-member.ts';
import { collectOpinions } from '../categorization/chain/collect-opinions.ts';
import type { Learned } from '../categorization/chain/learn-from-rows.ts';
import { type Evaluation, evaluateAnswers } from '../categorization/evaluation/evaluate-answers.ts';
import { judgePatternsAlone, judgeRows } from '../categorization/evaluation/judge-rows.ts';
import { learnAndEvaluate } from '../categorization/evaluation/learn-and-evaluate.ts';
import { findMatchedPattern } from '../categorization/patterns/matched-pattern.ts';
import type { MatchedRow } from '../categorization/patterns/pattern-evidence.ts';
import { compilePatterns } from '../categorization/patterns/pattern-matcher.ts';
import type { CostlyMerchant, CoverageAndPrecision } from '../domain/learned-evaluation.ts';
import { CategoryIds } from './category-ids.ts';
import { readLabelledRows } from './read-labelled-rows.ts';
import { readPatterns } from './read-patterns.ts';
import { type LabelSummary, summarizeLabels } from './summarize-labels.ts';

export interface EvaluateOptions {
  file: string;
  patternFile: string;
  /** A file with later rows, from which nothing is learned. */
  laterFile: string | null;
  targetPrecision: number;
}

/** What the patterns alone would answer, and what the chain would. */
export interface PatternsAndChain {
  rowCount: number;
  patternsAlone: Evaluation;
  chain: Evaluation;
}

export interface FileEvaluation {
  options: EvaluateOptions;
  /** The names of the categories, by the ids that the rest has. */
  categories: CategoryIds;
  labels: LabelSummary;
  /** Rows without a category, which only count when the confidence is chosen. */
  unlabelledCount: number;
  patternCount: number;
  isModelLearned: boolean;
  /** The confidence from which on the chain answers. */
  minConfidence: number;
  outOfFold: PatternsAndChain;
  learningCurve: CoverageAndPrecision[];
  costliest: CostlyMerchant[];
  later: PatternsAndChain | null;
}

/** Throws ApiError for a file that is not valid, which names each bad line or entry. */
export async function evaluateFile(
  options: EvaluateOptions,
  log: (message: string) => void,
): Promise<FileEvaluation> {
  const { file, patternFile, laterFile, targetPrecision } = options;
  const categories = new CategoryIds();
  const patterns = await readPatterns(patternFile, categories);
  const matcher = compilePatterns(patterns);
  const matchRows = <Row extends CategorizableTransaction>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, match: findMatchedPattern(matcher, row) }));
  const given = await readLabelledRows(file, categories);
  const rows = matchRows(given.rows);
  const unlabelled = matchRows(given.unlabelled);
  const laterRows = laterFile && matchRows((await readLabelledRows(laterFile, categories)).rows);

  const hints = patterns.map(({ pattern, categoryId }) => ({ text: pattern, categoryId }));
  const { learned, minConfidence, evaluation, learningCurve, costliest } = await learnAndEvaluate({
    rows,
    hints,
    unlabelled,
    targetPrecision,
    onPart: (count) => log(`Learning from ${count.toLocaleString('en')} rows …`),
  });
  const threshold = { minConfidence, targetPrecision };
  return {
    options,
    categories,
    labels: summarizeLabels(rows, patterns),
    unlabelledCount: unlabelled.length,
    patternCount: patterns.length,
    isModelLearned: learned.model !== null,
    minConfidence,
    outOfFold: {
      rowCount: rows.length,
      patternsAlone: evaluatePatternsAlone(rows),
      chain: evaluation,
    },
    learningCurve,
    costliest,
    later: laterRows ? await evaluateLaterRows(laterRows, learned, threshold) : null,
  };
}

async function evaluateLaterRows(
  rows: readonly MatchedRow[],
  learned: Learned,
  threshold: Threshold,
): Promise<PatternsAndChain> {
  const judged = await judgeRows(rows, await collectOpinions(rows, learned), threshold);
  return {
    rowCount: rows.length,
    patternsAlone: evaluatePatternsAlone(rows),
    chain: evaluateAnswers(judged),
  };
}

const evaluatePatternsAlone = (rows: readonly MatchedRow[]): Evaluation =>
  evaluateAnswers(judgePatternsAlone(rows));
