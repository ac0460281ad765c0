import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarm,
  type IAlarmRule,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** As in deploy/observability: somebody must act now, or during working hours. */
export type Severity = 'page' | 'ticket';

export interface AlarmCondition {
  metric: IMetric;
  above?: number;
  below?: number;
  /** For how many periods of the metric in a row. */
  periods: number;
  /** Whether silence counts as bad; otherwise it counts as good. */
  missing?: 'bad';
}

/**
 * Alarms of CloudWatch that have the names, the severities and the runbooks of the alerts in deploy/observability, whose
 * files give the reasons for their limits. A test makes sure that each alert has one.
 */
export class Alerts extends Construct {
  readonly #topics: Record<Severity, ITopic>;

  constructor(scope: Construct, id: string, topics: Record<Severity, ITopic>) {
    super(scope, id);
    this.#topics = topics;
  }

  /** An alarm that tells nobody, for others to be made of. */
  condition(name: string, condition: AlarmCondition): Alarm {
    return new Alarm(this, name, { ...alarmProps(condition), alarmName: this.#fullName(name) });
  }

  /** Tells that a condition holds. */
  add(severity: Severity, alert: string, condition: AlarmCondition): void {
    this.#tell(
      severity,
      new Alarm(this, alert, {
        ...alarmProps(condition),
        alarmName: this.#fullName(alert),
        alarmDescription: describe(severity, alert),
      }),
    );
  }

  /** Tells that one of several rules holds. */
  addAny(severity: Severity, alert: string, rules: IAlarmRule[]): void {
    this.#tell(
      severity,
      new CompositeAlarm(this, alert, {
        alarmRule: AlarmRule.anyOf(...rules),
        compositeAlarmName: this.#fullName(alert),
        alarmDescription: describe(severity, alert),
      }),
    );
  }

  #fullName(name: string): string {
    return `${Stack.of(this).stackName}-${name}`;
  }

  #tell(severity: Severity, alarm: IAlarm & { addAlarmAction: Alarm['addAlarmAction'] }): void {
    const action = new SnsAction(this.#topics[severity]);
    alarm.addAlarmAction(action);
    (alarm as Alarm).addOkAction(action);
  }
}

const describe = (severity: Severity, alert: string): string =>
  `${severity}: docs/operations.md#${alert.toLowerCase()}`;

function alarmProps({ metric, above, below, periods, missing }: AlarmCondition) {
  const threshold = above ?? below;
  if (threshold === undefined) throw new Error('An alarm needs a limit.');
  return {
    metric,
    threshold,
    comparisonOperator:
      above === undefined
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: periods,
    treatMissingData:
      missing === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  };
}
