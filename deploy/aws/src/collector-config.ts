import { dimension, figureEntries, namespace } from './figures.ts';

interface CollectorConfigProps {
  installation: string;
  region: string;
  metricsLogGroup: string;
  /** Ports on which processes of the task serve metrics. */
  metricsPorts: number[];
  /** An endpoint besides AWS, whose header with the key is in the variable of telemetryKey. */
  telemetry?: { endpoint: string; headerName: string };
}

/** The variable with the key of the endpoint besides AWS. */
export const telemetryKey = 'TELEMETRY_KEY';

const scrapeInterval = '60s';

/** A dollar sign would be read as the beginning of a variable. */
const escaped = (text: string): string => text.replaceAll('$', '$$$$');

/**
 * Renames the series that a figure is made of to the figure, and drops all others. A series without a type known to
 * Prometheus, as one has after it was renamed, counts as a level; the transformation below says which are none.
 */
const relabelings = [
  ...figureEntries.flatMap(([figure, { from }]) =>
    from.map(({ name, labels = {} }) => ({
      source_labels: ['__name__', ...Object.keys(labels)],
      separator: ';',
      regex: escaped([name, ...Object.values(labels).map((value) => `(?:${value})`)].join(';')),
      target_label: '__name__',
      replacement: figure,
    })),
  ),
  {
    source_labels: ['__name__'],
    regex: figureEntries.map(([figure]) => figure).join('|'),
    action: 'keep',
  },
  { regex: 'le', action: 'labeldrop' },
];

/**
 * The configuration of the collector beside a process, as JSON, which is YAML too. Figures go to CloudWatch as lines of a
 * log with metrics in them, traces to X-Ray, and everything to the other endpoint where there is one.
 */
export function createCollectorConfig(props: CollectorConfigProps): string {
  const { installation, region, telemetry } = props;
  const counts = figureEntries.filter(([, { kind }]) => kind === 'count').map(([name]) => name);
  const others = telemetry === undefined ? [] : ['otlp_http'];
  const limited = ['memory_limiter', 'batch'];
  const config = JSON.stringify({
    receivers: {
      prometheus: {
        config: {
          scrape_configs: [
            {
              job_name: 'tallyflow',
              scrape_interval: scrapeInterval,
              scrape_timeout: '10s',
              static_configs: [
                {
                  targets: props.metricsPorts.map((port) => `127.0.0.1:${port}`),
                  labels: { [dimension]: installation },
                },
              ],
              metric_relabel_configs: relabelings,
            },
          ],
        },
      },
      // Only processes of the same task reach it.
      otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' } } },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 200, spike_limit_mib: 50 },
      batch: { timeout: '5s' },
      transform: {
        metric_statements: [
          {
            context: 'metric',
            statements: [
              `convert_gauge_to_sum("cumulative", true) where IsMatch(name, "^(${counts.join('|')})$$")`,
            ],
          },
        ],
      },
    },
    exporters: {
      awsemf: {
        namespace,
        region,
        log_group_name: props.metricsLogGroup,
        log_stream_name: 'figures',
        dimension_rollup_option: 'NoDimensionRollup',
        metric_declarations: [
          {
            dimensions: [[dimension]],
            metric_name_selectors: figureEntries.map(([name]) => `^${name}$$`),
          },
        ],
      },
      awsxray: { region },
      ...(telemetry !== undefined && {
        otlp_http: {
          endpoint: telemetry.endpoint,
          // The collector's own syntax.
          headers: { [telemetry.headerName]: `\${env:${telemetryKey}}` },
        },
      }),
    },
    service: {
      pipelines: {
        'metrics/figures': {
          receivers: ['prometheus'],
          processors: ['memory_limiter', 'transform', 'batch'],
          exporters: ['awsemf'],
        },
        traces: { receivers: ['otlp'], processors: limited, exporters: ['awsxray', ...others] },
        ...(telemetry !== undefined && {
          metrics: { receivers: ['otlp'], processors: limited, exporters: others },
          logs: { receivers: ['otlp'], processors: limited, exporters: others },
        }),
      },
    },
  });
  // CloudFormation would take it for a variable of its own.
  return config.replaceAll('${', String.raw`\u0024{`);
}
