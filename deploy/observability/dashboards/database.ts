import { dashboard, graph, quantile } from './panels.ts';

/** What the processes see of PostgreSQL. Its own figures come from an exporter that you may run beside it. */
export const databaseDashboard = dashboard('database', 'Database')
  .withPanel(
    graph({
      title: 'Connections in use',
      description: 'The share of the most that a pool opens. At 100 %, work waits.',
      unit: 'percentunit',
      queries: {
        '{{job}} {{pool}}':
          'sum by (job, pool) (tallyflow_database_connections{state="used"}) / sum by (job, pool) (tallyflow_database_pool_size)',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Work that waits for a connection',
      description: 'Requests wait for ten seconds, and then get 503.',
      unit: 'short',
      queries: {
        '{{job}} {{pool}}': 'sum by (job, pool) (tallyflow_database_connections{state="waiting"})',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Time to process a chunk of rows',
      description: 'It grows when the database is busy, or when categories have just changed.',
      unit: 's',
      queries: {
        p50: quantile(0.5, 'tallyflow_chunk_seconds_bucket'),
        p99: quantile(0.99, 'tallyflow_chunk_seconds_bucket'),
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Time to answer a POST of up to 1,000 rows',
      description: 'Nearly all of it is the database: COPY and commit.',
      unit: 's',
      queries: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(tallyflow_ingest_request_seconds_bucket{rows="1000",outcome="accepted"}[$__rate_interval])))',
        p99: 'histogram_quantile(0.99, sum by (le) (rate(tallyflow_ingest_request_seconds_bucket{rows="1000",outcome="accepted"}[$__rate_interval])))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Requests that the database failed',
      description: 'It was away, or took too long.',
      unit: 'reqps',
      queries: {
        '{{code}}':
          'sum by (code) (rate(tallyflow_requests_refused_total{code=~"database_unavailable|overloaded"}[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Rows written',
      description: 'Captured by COPY, and completed by workers.',
      unit: 'ops',
      queries: {
        captured: 'sum(rate(tallyflow_transactions_captured_total[$__rate_interval]))',
        completed: 'sum(rate(tallyflow_transactions_processed_total[$__rate_interval]))',
      },
    }),
  );
