import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import {
  type ApplicationLoadBalancer,
  type ApplicationTargetGroup,
  HttpCodeElb,
  HttpCodeTarget,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

interface SimpleAlarmsProps {
  balancer: ApplicationLoadBalancer;
  targets: ApplicationTargetGroup;
  database: DatabaseInstance;
  storageGib: number;
  topic: ITopic;
}

const minute = Duration.minutes(1);
const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = ComparisonOperator;

/** What AWS itself sees of one machine and its database. Alarms on batches need Prometheus (docs/observability.md). */
export class SimpleAlarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, props: SimpleAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const { balancer, targets, database } = props;
    this.#add('ApiAway', {
      description: 'The load balancer has found no API that answers /healthz for five minutes.',
      metric: targets.metrics.healthyHostCount({ period: minute, statistic: 'Maximum' }),
      comparison: below,
      threshold: 1,
      minutes: 5,
      whenMissing: TreatMissingData.BREACHING,
    });
    this.#add('ApiFails', {
      description: 'The API answers more than ten requests a minute with 5xx.',
      metric: targets.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: minute }),
      comparison: above,
      threshold: 10,
      minutes: 5,
    });
    this.#add('BalancerFails', {
      description: 'More than ten requests a minute get no answer from the API.',
      metric: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: minute }),
      comparison: above,
      threshold: 10,
      minutes: 5,
    });
    this.#add('DatabaseBusy', {
      description: 'The database has used nine tenths of its processors for a quarter of an hour.',
      metric: database.metricCPUUtilization({ period: minute }),
      comparison: above,
      threshold: 90,
      minutes: 15,
      whenMissing: TreatMissingData.BREACHING,
    });
    this.#add('DatabaseFills', {
      description:
        'The database has less than a tenth of its first storage left; does it still grow?',
      metric: database.metricFreeStorageSpace({ period: minute }),
      comparison: below,
      threshold: (props.storageGib * 1024 ** 3) / 10,
      minutes: 10,
    });
  }

  #add(
    id: string,
    props: {
      description: string;
      metric: IMetric;
      comparison: ComparisonOperator;
      threshold: number;
      minutes: number;
      whenMissing?: TreatMissingData;
    },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${props.description} docs/deployment.md#alarms-of-the-one-machine`,
      metric: props.metric,
      comparisonOperator: props.comparison,
      threshold: props.threshold,
      evaluationPeriods: props.minutes,
      treatMissingData: props.whenMissing ?? TreatMissingData.NOT_BREACHING,
    });
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
