import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dimension, type FigureName, figures, namespace } from './figures.ts';

interface FigureMetricProps {
  /** Of a count the sum, which is over all tasks, and of a level what is asked for. */
  statistic?: 'Maximum' | 'Minimum';
  period?: Duration;
}

/** A figure of the installation whose stack the scope is in, over all its tasks. */
export function figureMetric(
  scope: Construct,
  figure: FigureName,
  { statistic, period = Duration.minutes(1) }: FigureMetricProps = {},
): Metric {
  if ((statistic === undefined) !== (figures[figure].kind === 'count'))
    throw new Error(`${figure} is a ${figures[figure].kind}.`);
  return new Metric({
    namespace,
    metricName: figure,
    dimensionsMap: { [dimension]: Stack.of(scope).stackName },
    statistic: statistic ?? 'Sum',
    period,
  });
}
