import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Database } from '../database.ts';
import type { KafkaCluster } from '../kafka-cluster.ts';
import type { CommonSettings } from '../settings.ts';
import type { Alerts, Severity } from './alerts.ts';

interface ServiceProps {
  clusterName: string;
  services: Record<string, FargateService>;
}

/** Alerts on processes: one that is missing among others, and a service without any. */
export function addServiceAlerts(alerts: Alerts, { clusterName, services }: ServiceProps): void {
  const count = (service: FargateService, metricName: string, statistic: string) =>
    new Metric({
      namespace: 'ECS/ContainerInsights',
      metricName,
      dimensionsMap: { ClusterName: clusterName, ServiceName: service.serviceName },
      statistic,
      period: Duration.minutes(1),
    });
  const entries = Object.entries(services);
  alerts.addAny(
    'page',
    'TallyflowProcessDown',
    entries.map(([name, service]) =>
      alerts.condition(`${name}TasksDown`, {
        metric: new MathExpression({
          expression: 'desired - running',
          usingMetrics: {
            desired: count(service, 'DesiredTaskCount', 'Maximum'),
            running: count(service, 'RunningTaskCount', 'Minimum'),
          },
          period: Duration.minutes(1),
        }),
        above: 0,
        // A task that is started takes a minute or two, and scaling is no failure.
        periods: 10,
      }),
    ),
  );
  alerts.addAny(
    'page',
    'TallyflowProcessMissing',
    entries.map(([name, service]) =>
      alerts.condition(`${name}TasksMissing`, {
        metric: count(service, 'RunningTaskCount', 'Maximum'),
        below: 1,
        periods: 5,
        missing: 'bad',
      }),
    ),
  );
}

/** ACM renews certificates by itself, 60 days before they end, unless nobody can prove any more that the name is theirs. */
export function addCertificateAlerts(alerts: Alerts, certificateArn: string): void {
  const days = new Metric({
    namespace: 'AWS/CertificateManager',
    metricName: 'DaysToExpiry',
    dimensionsMap: { CertificateArn: certificateArn },
    statistic: 'Minimum',
    period: Duration.days(1),
  });
  const limits: [Severity, string, number][] = [
    ['ticket', 'TallyflowCertificateExpiresSoon', 14],
    ['page', 'TallyflowCertificateExpiresNow', 2],
  ];
  for (const [severity, alert, below] of limits)
    alerts.add(severity, alert, { metric: days, below, periods: 1 });
}

const bytesInGib = 2 ** 30;

/**
 * RDS makes storage larger below a tenth that is free, up to the largest size of the settings. So the ticket means that
 * it will soon have done so, or that it can't any more, and the page that it could not.
 */
export function addDiskAlerts(
  alerts: Alerts,
  databases: Record<string, { database: Database; settings: CommonSettings['database'] }>,
  kafka: KafkaCluster | undefined,
): void {
  const limits: [Severity, string, number][] = [
    ['ticket', 'TallyflowDiskFillsUp', 0.15],
    ['page', 'TallyflowDiskAlmostFull', 0.05],
  ];
  for (const [severity, alert, share] of limits)
    alerts.addAny(severity, alert, [
      ...Object.entries(databases).map(([name, { database, settings }]) =>
        alerts.condition(`${alert}${name}`, {
          metric: database.instance.metricFreeStorageSpace({
            statistic: 'Minimum',
            period: Duration.minutes(5),
          }),
          below: Math.round(share * settings.storageGib * bytesInGib),
          periods: 3,
        }),
      ),
      ...(kafka === undefined
        ? []
        : [
            alerts.condition(`${alert}Kafka`, {
              metric: fullestBroker(kafka),
              above: 100 * (1 - 2 * share),
              periods: 3,
            }),
          ]),
    ]);
}

/** In percent, over all brokers. Kafka deletes what is older than its retention, and makes no disk larger. */
function fullestBroker({ name, brokerCount }: KafkaCluster): MathExpression {
  const period = Duration.minutes(5);
  const brokers = Array.from({ length: brokerCount }, (_, index) => `${index + 1}`);
  return new MathExpression({
    expression: `MAX([${brokers.map((broker) => `broker${broker}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(
      brokers.map((broker) => [
        `broker${broker}`,
        new Metric({
          namespace: 'AWS/Kafka',
          metricName: 'KafkaDataLogsDiskUsed',
          dimensionsMap: { 'Cluster Name': name, 'Broker ID': broker },
          statistic: 'Maximum',
          period,
        }),
      ]),
    ),
    period,
  });
}

/** Alerts of deploy/observability that have no alarm here, and why. */
export const withoutAlarm: Record<string, string> = {
  TallyflowMachineMetricMissing: 'AWS reports on certificates and disks itself.',
};
