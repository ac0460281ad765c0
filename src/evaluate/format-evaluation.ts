import type { Evaluation } from '../categorization/evaluation/evaluate-answers.ts';
import type { CostlyMerchant, CoverageAndPrecision } from '../domain/learned-evaluation.ts';
import { type Column, formatTable } from '../local/demo/text-table.ts';
import type { CategoryIds } from './category-ids.ts';
import type { EvaluateOptions, FileEvaluation, PatternsAndChain } from './evaluate-file.ts';

/** More categories than this hide the frequent ones. */
const maxListedCategories = 40;
/** Longer names of merchants and categories are cut, so that a line fits into a terminal. */
const maxNameCharacters = 40;

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: 'right' });

/** Formats an evaluation for a terminal: counts, tables, and how to read them. */
export function formatEvaluation(evaluation: FileEvaluation): string {
  const { options, categories, outOfFold, learningCurve, costliest, later } = evaluation;
  return [
    formatSummary(evaluation),
    formatAnswers(outOfFold, options.targetPrecision),
    formatCategories(outOfFold.chain, categories),
    formatLearningCurve(learningCurve),
    costliest.length === 0 ? [] : formatCostliest(costliest, categories),
    later === null ? [] : formatLater(later, options),
    formatNotes(later !== null),
  ]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

function formatSummary(evaluation: FileEvaluation): string[] {
  const { options, labels, unlabelledCount, patternCount, minConfidence } = evaluation;
  const rows = formatCount(labels.rowCount, 'labelled row');
  const merchants = formatCount(labels.merchantCount, 'merchant');
  const categories = formatCount(labels.categoryCount, 'category', 'categories');
  const lines = [`${options.file}: ${rows} of ${merchants} in ${categories}.`];
  if (unlabelledCount > 0)
    lines.push(
      `Without a category, and only used to choose the confidence: ${formatCount(unlabelledCount, 'row')}.`,
    );
  if (labels.contradictoryCount > 0)
    lines.push(
      `With rows of different labels: ${formatCount(labels.contradictoryCount, 'merchant')}.`,
    );
  lines.push(
    `${options.patternFile}: ${formatCount(patternCount, 'pattern')}. ` +
      `Categories of the rows that have patterns: ${labels.categoriesWithPatternsCount} of ${labels.categoryCount}.`,
  );
  if (!evaluation.isModelLearned)
    lines.push('There is no model: it needs labels of at least two categories and two merchants.');
  lines.push(
    `The chain answers from a confidence of ${formatShare(minConfidence)} on. ` +
      `Together, ${formatShare(options.targetPrecision)} of its answers should then be right.`,
  );
  return lines;
}

const formatLater = (later: PatternsAndChain, options: EvaluateOptions): string[] => [
  `${options.laterFile}: ${formatCount(later.rowCount, 'later row')}. Nothing was learned from them.`,
  ...formatAnswers(later, options.targetPrecision),
];

function formatAnswers(
  { patternsAlone, chain }: PatternsAndChain,
  targetPrecision: number,
): string[] {
  const rows: [string, CoverageAndPrecision][] = [
    ['Patterns alone, as today', patternsAlone.overall],
    [`Chain, target ${formatShare(targetPrecision)}`, chain.overall],
    ...Array.from(chain.byCategorizer, ([name, figures]): [string, CoverageAndPrecision] => [
      `  by ${name}`,
      figures,
    ]),
  ];
  return formatTable(
    [left('Answers'), right('Rows'), right('Coverage'), right('Precision'), right('95 % interval')],
    rows.map(([name, figures]) => [
      name,
      formatNumber(figures.answeredCount),
      formatShare(figures.coverage),
      ...formatPrecision(figures),
    ]),
  );
}

function formatCategories({ byCategory }: Evaluation, categories: CategoryIds): string[] {
  const sorted = [...byCategory].sort(([, a], [, b]) => b.rowCount - a.rowCount);
  const table = formatTable(
    [
      left('Category'),
      right('Rows'),
      right('Coverage'),
      right('Answers'),
      right('Precision'),
      right('95 % interval'),
    ],
    sorted
      .slice(0, maxListedCategories)
      .map(([id, figures]) => [
        formatName(categories.nameOf(id)),
        formatNumber(figures.rowCount),
        figures.rowCount === 0 ? '–' : formatShare(figures.coverage),
        formatNumber(figures.answerCount),
        ...formatPrecision(figures),
      ]),
  );
  const hidden = sorted.length - maxListedCategories;
  return hidden > 0
    ? [...table, `and ${formatCount(hidden, 'category', 'categories')} more`]
    : table;
}

const formatLearningCurve = (points: readonly CoverageAndPrecision[]): string[] =>
  formatTable(
    [right('Labelled rows'), right('Coverage'), right('Precision'), right('95 % interval')],
    points.map((overall) => [
      formatNumber(overall.rowCount),
      formatShare(overall.coverage),
      ...formatPrecision(overall),
    ]),
  );

const formatCostliest = (merchants: readonly CostlyMerchant[], categories: CategoryIds): string[] =>
  formatTable(
    [
      left('Merchants that cost most'),
      right('Rows'),
      right('Unanswered'),
      right('Wrong'),
      left('Label'),
      left('Usual wrong answer'),
    ],
    merchants.map(({ merchant, rowCount, unansweredCount, wrongCount, ...most }) => [
      formatName(merchant),
      formatNumber(rowCount),
      formatNumber(unansweredCount),
      formatNumber(wrongCount),
      formatName(categories.nameOf(most.categoryId)),
      most.wrongCategoryId === null ? '' : formatName(categories.nameOf(most.wrongCategoryId)),
    ]),
  );

function formatNotes(hasLaterRows: boolean): string[] {
  const notes = [
    'How to read these figures:',
    '- They are estimated from the labelled rows alone, and rows that nobody labels may be harder. Keep those in the',
    '  file without a category, so that the chosen confidence fits them too.',
    '- Memory and patterns answer each row as if it had no label. Other rows of its merchant count, because merchants',
    '  come back. The model answers each merchant as if none of its rows had a label.',
    '- A decision below the confidence needs review, and does not count as an answer.',
    '- In the table of categories, coverage is about the rows with this label, and precision is about the answers with',
    '  this category.',
    '- An interval holds the precision in 95 of 100 cases. It assumes that all answers about a merchant are right or',
    '  wrong together, so a few large merchants make it wide.',
  ];
  if (!hasLaterRows)
    notes.push(
      '- The confidence was chosen on the same rows, so expect a little less on others; `--later` measures it.',
    );
  return notes;
}

function formatPrecision({ precision, precisionInterval }: CoverageAndPrecision): [string, string] {
  if (precision === null) return ['–', '–'];
  const [low, high] = precisionInterval.map((bound) => (100 * bound).toFixed(1));
  return [formatShare(precision), `${low}–${high} %`];
}

const formatShare = (share: number): string => `${(100 * share).toFixed(1)} %`;

const formatNumber = (value: number): string => value.toLocaleString('en');

const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

/** Control characters of a file could change what the terminal shows. */
function formatName(name: string): string {
  const characters = [...name.replace(/\p{C}/gu, '')];
  return characters.length <= maxNameCharacters
    ? characters.join('')
    : `${characters.slice(0, maxNameCharacters - 1).join('')}…`;
}
