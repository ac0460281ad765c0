import { TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { DataqueryBuilder as TraceQueryBuilder } from '@grafana/grafana-foundation-sdk/tempo';
import { batchIdAttribute } from '../../../src/tracing/batch-id-attribute.ts';
import { dashboard, figure, graph, quantile, tempo } from './panels.ts';

/** The traces that TraceQL finds, each of them a link. */
function traces(title: string, description: string, query: string): TableBuilder {
  return new TableBuilder()
    .title(title)
    .description(description)
    .datasource(tempo)
    .height(8)
    .span(12)
    .targets([new TraceQueryBuilder().refId('A').queryType('traceql').query(query).limit(20)]);
}

/** What comes in, what waits, and what is done. */
export const batchesDashboard = dashboard('batches', 'Batches')
  .withVariable(
    new TextBoxVariableBuilder('batch')
      .label('Batch id')
      .description('Finds the traces of a batch, as the 202 or the console name it.')
      .defaultValue(''),
  )
  .withPanel(
    figure({
      title: 'Open batches',
      description: 'Stored, and neither completed nor failed.',
      unit: 'short',
      queries: { '{{status}}': 'max by (status) (tallyflow_open_batches)' },
    }),
  )
  .withPanel(
    figure({
      title: 'Oldest open batch',
      description: 'Above a quarter of an hour, it pages.',
      unit: 's',
      queries: { age: 'max(tallyflow_oldest_open_batch_seconds)' },
    }),
  )
  .withPanel(
    figure({
      title: 'Open transactions',
      description: 'Rows that wait for their category.',
      unit: 'short',
      queries: { rows: 'max(tallyflow_open_transactions)' },
    }),
  )
  .withPanel(
    figure({
      title: 'Last sweep',
      description: 'It finds batches that got lost, every five minutes.',
      unit: 's',
      queries: { ago: 'time() - max(tallyflow_sweep_last_end_timestamp_seconds)' },
    }),
  )
  .withPanel(
    traces(
      'Traces of the batch',
      'Put a batch id above. The trace leads from the POST to the completed batch; those of shared runs are linked.',
      `{ span.${batchIdAttribute} = "$batch" }`,
    ),
  )
  .withPanel(
    traces(
      'Slow and failed requests',
      'Of the time shown above, with a span that failed or that took longer than a second.',
      '{ resource.service.name =~ "tallyflow-.*" && (status = error || duration > 1s) }',
    ),
  )
  .withPanel(
    graph({
      title: 'Rows in and out',
      description: 'Out falls behind in: start more workers.',
      unit: 'ops',
      queries: {
        'in: {{outcome}}':
          'sum by (outcome) (rate(tallyflow_transactions_captured_total[$__rate_interval]))',
        out: 'sum(rate(tallyflow_transactions_processed_total[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Batches in and out',
      description: 'Captured new, or replayed by an idempotency key; and completed or failed.',
      unit: 'ops',
      queries: {
        'in: {{outcome}}':
          'sum by (outcome) (rate(tallyflow_batches_captured_total[$__rate_interval]))',
        'out: {{outcome}}':
          'sum by (outcome) (rate(tallyflow_batches_ended_total[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'From stored to completed, p99',
      description: 'By the number of rows up to. The objective is 60 s up to 10,000 rows.',
      unit: 's',
      queries: { '{{rows}} rows': quantile(0.99, 'tallyflow_batch_seconds_bucket', ['rows']) },
    }),
  )
  .withPanel(
    graph({
      title: 'Error budget of batches, burn rate',
      description:
        'At 1, the budget of a month lasts a month. Above 14.4, it pages within minutes.',
      unit: 'short',
      queries: {
        'last hour': 'tallyflow:batches_bad:ratio1h / 0.01',
        'last six hours': 'tallyflow:batches_bad:ratio6h / 0.01',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Backlog',
      description: 'Rows of open batches, over time.',
      unit: 'short',
      queries: { 'open rows': 'max(tallyflow_open_transactions)' },
    }),
  )
  .withPanel(
    graph({
      title: 'Conflicts',
      description:
        'Rows that differ from a stored transaction with the same id: a client reuses ids.',
      unit: 'ops',
      queries: { rows: 'sum(rate(tallyflow_transaction_conflicts_total[$__rate_interval]))' },
    }),
  )
  .withPanel(
    graph({
      title: 'Workflows that cannot be started',
      description: 'While Temporal is away, the API keeps them, and the sweep finds the rest.',
      unit: 'short',
      queries: { '{{instance}}': 'tallyflow_workflow_starts_waiting' },
    }),
  )
  .withPanel(
    graph({
      title: 'Slots of workers',
      description: 'All of them used: start more workers.',
      unit: 'short',
      queries: {
        'used: {{worker_type}}': 'sum by (worker_type) (temporal_worker_task_slots_used)',
        'free: {{worker_type}}': 'sum by (worker_type) (temporal_worker_task_slots_available)',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Wait of tasks for a worker, p95',
      description: 'From schedule to start.',
      unit: 's',
      queries: {
        activities: quantile(0.95, 'temporal_activity_schedule_to_start_latency_seconds_bucket'),
        workflows: quantile(
          0.95,
          'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
        ),
      },
    }),
  );
