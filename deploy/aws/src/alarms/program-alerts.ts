import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { figureMetric } from '../figure-metric.ts';
import { type FigureName, figures } from '../figures.ts';
import type { AlarmCondition, Alerts, Severity } from './alerts.ts';

/** The figures by the names that they have in an expression. A level counts as the highest of all tasks. */
type Variables = Record<string, FigureName>;

interface ProgramAlert extends Omit<AlarmCondition, 'metric'> {
  severity: Severity;
  expression: string;
  of: Variables;
  statistic?: 'Minimum';
  period?: Duration;
}

/** Alerts on what the program reports, by their names. */
const programAlerts: Record<string, ProgramAlert> = {
  TallyflowDatabaseAway: {
    severity: 'page',
    // Counts come every minute while the API runs; the age of the oldest batch is left out without an answer.
    expression: 'IF(FILL(oldest, -1) < 0 AND captured == 0, 1, 0)',
    of: { oldest: 'OldestOpenBatchSeconds', captured: 'BatchesCaptured' },
    above: 0,
    periods: 2,
  },
  TallyflowRequestsFail: {
    severity: 'page',
    expression: 'IF(failed >= 5, failed / requests, 0)',
    of: { failed: 'RequestsFailed', requests: 'Requests' },
    period: Duration.minutes(5),
    above: 0.05,
    periods: 2,
  },
  TallyflowEventLoopBlocked: {
    severity: 'ticket',
    expression: 'lag',
    of: { lag: 'EventLoopLagSeconds' },
    above: 0.5,
    periods: 10,
  },
  TallyflowPoolExhausted: {
    severity: 'ticket',
    expression: 'waiting',
    of: { waiting: 'ConnectionsAwaited' },
    above: 0,
    periods: 10,
  },
  TallyflowCacheAway: {
    severity: 'ticket',
    expression: 'up',
    of: { up: 'CacheUp' },
    statistic: 'Minimum',
    below: 1,
    periods: 5,
  },
  TallyflowBacklogTooLong: {
    severity: 'ticket',
    expression: 'open / IF(processed / 600 > 1000, processed / 600, 1000)',
    of: { open: 'OpenRows', processed: 'RowsProcessed' },
    period: Duration.minutes(10),
    above: 900,
    periods: 2,
  },
  TallyflowBatchTooOld: {
    severity: 'page',
    expression:
      'IF(oldest > 900, 1, IF(oldest > 180, IF((open > 1000000 OR batches >= 10000) AND processed > 0, 0, 1), 0))',
    of: {
      oldest: 'OldestOpenBatchSeconds',
      open: 'OpenRows',
      batches: 'OpenBatches',
      processed: 'RowsProcessed',
    },
    above: 0,
    periods: 4,
  },
  TallyflowBatchesFail: {
    severity: 'ticket',
    expression: 'failed',
    of: { failed: 'BatchesFailed' },
    period: Duration.minutes(15),
    above: 0,
    periods: 1,
  },
  TallyflowStartsWait: {
    severity: 'page',
    expression: 'waiting',
    of: { waiting: 'StartsWaiting' },
    above: 0,
    periods: 3,
  },
  TallyflowSweepMissing: {
    severity: 'ticket',
    expression: 'EPOCH(sweep) - sweep',
    of: { sweep: 'SweepEnd' },
    above: 1200,
    periods: 10,
    missing: 'bad',
  },
  TallyflowWorkersBusy: {
    severity: 'ticket',
    expression: 'IF(activities < workflows, activities, workflows)',
    of: { activities: 'ActivitySlots', workflows: 'WorkflowSlots' },
    below: 1,
    periods: 15,
  },
  TallyflowTasksWait: {
    severity: 'ticket',
    // The 95th percentile is above 10 s where more than 5 % are.
    expression: '1 - prompt / all',
    of: { prompt: 'ActivitiesPrompt', all: 'Activities' },
    period: Duration.minutes(5),
    above: 0.05,
    periods: 2,
  },
  TallyflowTrainingsFail: {
    severity: 'ticket',
    expression: 'failed',
    of: { failed: 'TrainingsFailed' },
    period: Duration.hours(1),
    above: 0,
    periods: 1,
  },
  TallyflowLanguageModelFails: {
    severity: 'ticket',
    expression: 'IF(failed >= 3 AND answered == 0, 1, 0)',
    of: { failed: 'LanguageModelCallsFailed', answered: 'LanguageModelCallsAnswered' },
    period: Duration.hours(6),
    above: 0,
    periods: 1,
  },
};

/** Alerts on the way through Kafka, where there is one. */
const kafkaAlerts: Record<string, ProgramAlert> = {
  TallyflowGatewayRefuses: {
    severity: 'page',
    expression: 'up',
    of: { up: 'KafkaUp' },
    statistic: 'Minimum',
    below: 1,
    periods: 2,
  },
  TallyflowKeysNotPublished: {
    severity: 'page',
    expression: 'age',
    of: { age: 'KeyChangeSeconds' },
    above: 60,
    periods: 2,
  },
  TallyflowConsumerStands: {
    severity: 'page',
    expression: 'IF((lag > 0 AND consumed == 0) OR connected == 0, 1, 0)',
    of: { lag: 'ConsumerLag', consumed: 'RecordsConsumed', connected: 'ConsumerConnected' },
    period: Duration.minutes(5),
    above: 0,
    periods: 2,
  },
  TallyflowConsumerBehind: {
    severity: 'ticket',
    expression: '1 - prompt / all',
    of: { prompt: 'RecordsStoredPrompt', all: 'RecordsStored' },
    period: Duration.minutes(5),
    above: 0.05,
    periods: 3,
  },
  TallyflowRecordsWait: {
    severity: 'ticket',
    expression: 'retried',
    of: { retried: 'RecordsRetried' },
    above: 0,
    periods: 15,
  },
  TallyflowDeadLetters: {
    severity: 'ticket',
    expression: 'letters',
    of: { letters: 'DeadLetters' },
    period: Duration.hours(1),
    above: 0,
    periods: 1,
  },
};

/** Without these, other alarms would stay silent. */
const needed: FigureName[] = [
  'IngestRequests',
  'BatchesCompleted',
  'BatchesFailed',
  'OpenRows',
  'OldestOpenBatchSeconds',
  'RowsProcessed',
  'StartsWaiting',
  'ConnectionsAwaited',
  'EventLoopLagSeconds',
  'ActivitySlots',
];

export function addProgramAlerts(alerts: Alerts): void {
  addAlerts(alerts, programAlerts);
  const name = 'TallyflowMetricMissing';
  alerts.addAny(
    'ticket',
    name,
    needed.map((figure) =>
      alerts.condition(`${name}${figure}`, {
        metric: countSamples(alerts, figure),
        below: 1,
        periods: 10,
        missing: 'bad',
      }),
    ),
  );
}

export const addKafkaAlerts = (alerts: Alerts): void => addAlerts(alerts, kafkaAlerts);

function addAlerts(alerts: Alerts, wanted: Record<string, ProgramAlert>): void {
  for (const [alert, { severity, expression, of, statistic, ...rest }] of Object.entries(wanted)) {
    const { period = Duration.minutes(1), ...limits } = rest;
    const metrics = Object.fromEntries(
      Object.entries(of).map(([name, figure]) => [
        name,
        figureMetric(alerts, figure, {
          period,
          ...(figures[figure].kind === 'level' && { statistic: statistic ?? 'Maximum' }),
        }),
      ]),
    );
    const metric = new MathExpression({ expression, usingMetrics: metrics, period, label: alert });
    alerts.add(severity, alert, { ...limits, metric });
  }
}

function countSamples(alerts: Alerts, figure: FigureName): Metric {
  const statistic = figures[figure].kind === 'level' ? ({ statistic: 'Maximum' } as const) : {};
  return figureMetric(alerts, figure, statistic).with({ statistic: 'SampleCount' });
}
