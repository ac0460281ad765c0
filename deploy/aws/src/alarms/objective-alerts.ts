import { Duration } from 'aws-cdk-lib';
import { AlarmRule, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { figureMetric } from '../figure-metric.ts';
import type { FigureName } from '../figures.ts';
import type { Alerts, Severity } from './alerts.ts';

/** What may be bad, as a share of all, and what of. `good` and `all` are sums of figures. */
const objectives: { name: string; budget: number; good: FigureName; all: FigureName[] }[] = [
  { name: 'Ingest', budget: 0.001, good: 'IngestRequestsGood', all: ['IngestRequests'] },
  {
    name: 'Completion',
    budget: 0.01,
    good: 'BatchesCompletedInTime',
    all: ['BatchesCompleted', 'BatchesFailed'],
  },
];

interface Window {
  long: Duration;
  short: Duration;
  /** How many times too fast the budget is used. */
  burn: number;
}

const paces: { name: string; severity: Severity; windows: Window[] }[] = [
  {
    name: 'Fast',
    severity: 'page',
    windows: [
      { long: Duration.hours(1), short: Duration.minutes(5), burn: 14.4 },
      { long: Duration.hours(6), short: Duration.minutes(30), burn: 6 },
    ],
  },
  {
    name: 'Slowly',
    severity: 'ticket',
    windows: [
      { long: Duration.days(1), short: Duration.hours(2), burn: 3 },
      { long: Duration.days(3), short: Duration.hours(6), burn: 1 },
    ],
  },
];

/** A single bad one among a few is no trend. */
const minBad = 5;
/** CloudWatch sums up a day at most. Three days are three days in a row that each were bad. */
const maxPeriod = Duration.days(1);

/** The alerts on service objectives, from the same windows and rates as those of Prometheus. */
export function addObjectiveAlerts(alerts: Alerts): void {
  for (const { name, budget, good, all } of objectives) {
    for (const pace of paces) {
      const alert = `Tallyflow${name}BudgetBurns${pace.name}`;
      const isBad = (window: Duration, burn: number, fewest: number) => {
        const periods = Math.max(1, window.toDays({ integral: false }) / maxPeriod.toDays());
        const period = periods === 1 ? window : maxPeriod;
        const sum = all.map((figure) => `${variable(figure)}`).join(' + ');
        const bad = `(${sum} - ${variable(good)})`;
        return alerts.condition(`${alert}${window.toIsoString()}`, {
          metric: new MathExpression({
            expression: `IF(${bad} >= ${fewest}, ${bad} / (${sum}), 0)`,
            usingMetrics: Object.fromEntries(
              [good, ...all].map((figure) => [
                variable(figure),
                figureMetric(alerts, figure, { period }),
              ]),
            ),
            period,
            label: `Share of bad ones within ${window.toHumanString()}`,
          }),
          above: Number((burn * budget).toPrecision(6)),
          periods,
        });
      };
      alerts.addAny(
        pace.severity,
        alert,
        pace.windows.map(({ long, short, burn }) =>
          AlarmRule.allOf(isBad(long, burn, minBad), isBad(short, burn, 1)),
        ),
      );
    }
  }
}

/** Metric math wants names that begin in lower case. */
const variable = (figure: FigureName): string =>
  `${figure.slice(0, 1).toLowerCase()}${figure.slice(1)}`;
