import { dashboard, graph, quantile } from './panels.ts';

/** What decides about categories, and how it learns. */
export const learningDashboard = dashboard('learning', 'Learning')
  .withPanel(
    graph({
      title: 'Share of rows by what decided',
      description: '"none" is the share without a category.',
      unit: 'percentunit',
      queries: {
        '{{source}}':
          'sum by (source) (rate(tallyflow_transactions_categorized_total[$__rate_interval])) / scalar(sum(rate(tallyflow_transactions_categorized_total[$__rate_interval])))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Trainings in a day',
      description: 'By what came of them. A failed one keeps the version that is live.',
      unit: 'short',
      queries: { '{{outcome}}': 'sum by (outcome) (increase(tallyflow_trainings_total[1d]))' },
    }),
  )
  .withPanel(
    graph({
      title: 'Duration of trainings',
      description: 'It grows with the labels.',
      unit: 's',
      queries: {
        p50: quantile(0.5, 'tallyflow_training_seconds_bucket'),
        p99: quantile(0.99, 'tallyflow_training_seconds_bucket'),
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Calls of the language model in an hour',
      description: 'By what came of them.',
      unit: 'short',
      queries: {
        '{{outcome}}': 'sum by (outcome) (increase(tallyflow_language_model_calls_total[1h]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Tokens of the language model in a day',
      description: 'LLM_DAILY_TOKENS limits those of each day (UTC).',
      unit: 'short',
      queries: { tokens: 'sum(increase(tallyflow_language_model_tokens_total[1d]))' },
    }),
  );
