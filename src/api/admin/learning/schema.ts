import { z } from 'zod';
import { trainingOutcomes, trainingStatuses } from '../../../domain/training.ts';
import { dateTime } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const precision = share
  .nullable()
  .meta({ description: 'Right answers of all answers; null without answers.' });
const precisionInterval = z
  .array(share)
  .length(2)
  .meta({ description: 'Holds the precision in 95 of 100 cases, with merchants as clusters.' });

export const figuresSchema = z
  .object({
    row_count: count,
    answered_count: count.meta({
      description: 'Rows with an answer. A decision that needs review is none.',
    }),
    coverage: share.meta({ description: 'Answered rows of all rows.' }),
    answer_count: count.meta({
      description:
        'The answers that `precision` is about: for a category, those that name it, whatever the label.',
    }),
    right_count: count,
    precision,
    precision_interval: precisionInterval,
  })
  .meta({ id: 'LearningFigures' });

const categoryName = z
  .string()
  .nullable()
  .meta({ description: 'Null if the category was deleted.' });

const namedFigures = figuresSchema.extend({ name: z.string() });
const categoryFigures = figuresSchema.extend({ category_id: z.int(), category: categoryName });
const sourceFigures = figuresSchema.extend({
  source: z.string().meta({ description: 'What decided: `pattern`, `memory`, `model` or `llm`.' }),
});

/** What a training estimated, out of fold. */
const evaluated = {
  target_precision: share.nullable(),
  overall: figuresSchema.nullable(),
  categorizers: z.array(namedFigures),
  categories: z.array(categoryFigures),
  learning_curve: z
    .array(figuresSchema)
    .meta({ description: 'With ever more of the labelled rows; the last point has all.' }),
  costliest_merchants: z.array(
    z.object({
      merchant: z.string().meta({ description: 'Normalised.' }),
      row_count: count,
      wrong_count: count,
      unanswered_count: count,
      category_id: z.int(),
      category: categoryName.meta({ description: 'The label that was missed most often.' }),
      wrong_category_id: z.int().nullable(),
      wrong_category: categoryName.meta({ description: 'The most frequent wrong answer.' }),
    }),
  ),
  later: figuresSchema
    .extend({ version: z.int() })
    .nullable()
    .meta({ description: 'What the version before answers about labels newer than itself.' }),
};

export const trainingEvaluationSchema = z.object(evaluated).meta({ id: 'TrainingEvaluation' });

export const trainingSchema = z
  .object({
    id: z.uuid(),
    status: z.enum(trainingStatuses).meta({
      description: 'running: also while it waits for another training.',
    }),
    created_at: dateTime,
    started_at: dateTime.nullable(),
    finished_at: dateTime.nullable(),
    requested_by: z.string().meta({
      description: 'The name of the user or the API key; `schedule` if nobody asked.',
    }),
    labelled_row_count: count.nullable(),
    merchant_count: count.nullable(),
    version: z.int().nullable().meta({ description: 'What it made; null once that was deleted.' }),
    outcome: z.enum(trainingOutcomes).nullable().meta({
      description:
        'live: its version went live. worse: it is worse than the live one, which stays. no_labels: nobody has set a category, or all were taken back, so that no version is live.',
    }),
    failure_reason: z.string().nullable(),
    evaluation: trainingEvaluationSchema
      .nullable()
      .meta({ description: 'Null in lists, and without a version.' }),
  })
  .meta({ id: 'Training' });

export const trainingListQuery = listQuery({
  sortable: ['id', 'created_at'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    id: { value: filterValue.uuid, operators: ['eq'] },
    status: { value: filterValue.oneOf(trainingStatuses), operators: ['eq', 'ne'] },
  },
});

export const learnedVersionSchema = z
  .object({
    id: z.int(),
    trained_at: dateTime,
    labelled_row_count: count,
    merchant_count: count,
    is_live: z.boolean(),
    coverage: share,
    precision,
    precision_interval: precisionInterval,
  })
  .meta({ id: 'LearnedVersion' });

export const learnedVersionListQuery = listQuery({
  sortable: ['id', 'trained_at'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {},
});

export const evaluationQuery = z.strictObject({
  version: filterValue.id().optional().meta({ description: 'By default the live one.' }),
});

export const learningEvaluationSchema = z
  .object({
    version: z.int().nullable().meta({ description: 'Null if nothing was learned.' }),
    trained_at: dateTime.nullable(),
    labelled_row_count: count.nullable(),
    merchant_count: count.nullable(),
    ...evaluated,
    prospective: z
      .object({
        sampled: z.array(sourceFigures).meta({
          description:
            'Decisions that were drawn at random: an estimate of all decisions. The coverage is the share that people have confirmed or corrected.',
        }),
        all: z.array(sourceFigures).meta({
          description:
            'All decisions that people confirmed or corrected, which are mostly the odd ones.',
        }),
        by_category: z.array(categoryFigures).meta({ description: 'The same decisions.' }),
      })
      .meta({
        description:
          'From what people later confirmed or corrected. Decisions that needed review are left out.',
      }),
    shadow: z
      .array(
        z.object({
          categorizer: z.string(),
          from_category_id: z.int().nullable(),
          from: categoryName,
          to_category_id: z.int().nullable(),
          to: categoryName,
          row_count: count,
        }),
      )
      .meta({
        description:
          'What categorizers in shadow would have decided differently in the last 30 days.',
      }),
  })
  .meta({ id: 'LearningEvaluation' });

export type FiguresBody = z.infer<typeof figuresSchema>;
export type TrainingEvaluationBody = z.infer<typeof trainingEvaluationSchema>;
export type TrainingBody = z.infer<typeof trainingSchema>;
export type LearnedVersionBody = z.infer<typeof learnedVersionSchema>;
export type LearningEvaluationBody = z.infer<typeof learningEvaluationSchema>;
