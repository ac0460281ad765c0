import { dashboard, figure, graph, quantile } from './panels.ts';

/** How clients fare, and what the processes need. */
export const serviceDashboard = dashboard('service', 'Service')
  .withPanel(
    figure({
      title: 'POSTs within the objective, 30 days',
      description:
        'POSTs of up to 1,000 rows answered within 1 s without a 5xx. The objective is 99.9 %.',
      unit: 'percentunit',
      queries: { good: '1 - tallyflow:ingest_bad:ratio30d' },
    }),
  )
  .withPanel(
    figure({
      title: 'Batches within the objective, 30 days',
      description: 'Batches of up to 10,000 rows completed within 60 s. The objective is 99 %.',
      unit: 'percentunit',
      queries: { good: '1 - tallyflow:batches_bad:ratio30d' },
    }),
  )
  .withPanel(
    figure({
      title: 'Processes that report',
      description:
        'API processes, workers, and the Temporal SDKs of workers that Prometheus reads.',
      unit: 'short',
      queries: { '{{job}}': 'sum by (job) (up{job=~"tallyflow-.+"})' },
    }),
  )
  .withPanel(
    figure({
      title: 'Releases',
      description: 'More than one is usual only while a release is rolled out.',
      unit: 'short',
      queries: { '{{service}} {{version}}': 'count by (service, version) (tallyflow_build_info)' },
    }),
  )
  .withPanel(
    graph({
      title: 'Error budget of POSTs, burn rate',
      description:
        'At 1, the budget of a month lasts a month. Above 14.4, it pages within minutes.',
      unit: 'short',
      queries: {
        'last hour': 'tallyflow:ingest_bad:ratio1h / 0.001',
        'last six hours': 'tallyflow:ingest_bad:ratio6h / 0.001',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'POSTs of transactions',
      description:
        'By outcome: accepted, refused (by the fault of the client) or failed (by ours).',
      unit: 'reqps',
      queries: {
        '{{outcome}}':
          'sum by (outcome) (rate(tallyflow_ingest_request_seconds_count[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Time to answer a POST, p99',
      description: 'From the last byte of the body to the answer, by the number of rows up to.',
      unit: 's',
      queries: {
        '{{rows}} rows': quantile(0.99, 'tallyflow_ingest_request_seconds_bucket', ['rows']),
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Time to answer a GET, p99 of the slowest routes',
      description: 'Reports and lists. A read that takes longer than 15 s is ended.',
      unit: 's',
      queries: {
        '{{route}}':
          'topk(5, histogram_quantile(0.99, sum by (le, route) (rate(tallyflow_http_request_seconds_bucket{method="GET"}[$__rate_interval]))))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Requests answered with a problem',
      description: 'By its code, as in the answer.',
      unit: 'reqps',
      queries: {
        '{{code}}': 'sum by (code) (rate(tallyflow_requests_refused_total[$__rate_interval])) > 0',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Limits hit',
      description: 'Requests refused because a client, or all of them, reached a limit.',
      unit: 'reqps',
      queries: {
        '{{limit}}': 'sum by (limit) (rate(tallyflow_limits_hit_total[$__rate_interval])) > 0',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Sign-ins',
      description: 'Many wrong passwords: somebody guesses. An address is locked after ten.',
      unit: 'cps',
      queries: {
        '{{outcome}}': 'sum by (outcome) (rate(tallyflow_sign_ins_total[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Cache hits',
      description: 'The share of look-ups that the cache answers.',
      unit: 'percentunit',
      queries: {
        '{{cache}}':
          'sum by (cache) (rate(tallyflow_cache_lookups_total{outcome="hit"}[$__rate_interval])) / sum by (cache) (rate(tallyflow_cache_lookups_total[$__rate_interval]))',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Event loop delay, p99',
      description: 'How long work waits for a process. Above 0.5 s, start more processes.',
      unit: 's',
      // Each reader of the metrics resets it.
      queries: {
        '{{job}} {{instance}}':
          'max_over_time(nodejs_eventloop_lag_p99_seconds{job=~"tallyflow-.+"}[2m])',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'CPU',
      description: 'Cores that a process uses. Most of its work is done on one.',
      unit: 'short',
      queries: {
        '{{job}} {{instance}}':
          'rate(process_cpu_seconds_total{job=~"tallyflow-(api|worker)"}[$__rate_interval])',
      },
    }),
  )
  .withPanel(
    graph({
      title: 'Memory',
      description: 'Resident memory of each process.',
      unit: 'bytes',
      queries: {
        '{{job}} {{instance}}': 'process_resident_memory_bytes{job=~"tallyflow-(api|worker)"}',
      },
    }),
  );
