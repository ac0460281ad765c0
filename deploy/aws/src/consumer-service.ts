import { Duration } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { addCollector } from './add-collector.ts';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import { figureMetric } from './figure-metric.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import {
  allowShared,
  type Program,
  sharedSecrets,
  sharedVariables,
  telemetryVariables,
} from './program.ts';
import { checkHealth, ProgramTask } from './program-task.ts';
import type { EcsSettings } from './settings.ts';
import { writeFiles } from './write-files.ts';

interface ConsumerServiceProps {
  program: Program;
  kafka: KafkaCluster;
  settings: NonNullable<EcsSettings['kafka']>;
}

/** Consumers, which store what the gateway has taken. More than 12, the partitions of the topic, have nothing to do. */
export class ConsumerService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, { program, kafka, settings }: ConsumerServiceProps) {
    super(scope, id);
    const { variables, secrets } = kafka.connectionOf('consumer');
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', program.vpc);
    allowShared(securityGroup, program);
    kafka.allowFrom(securityGroup);
    const task = new ProgramTask(this, 'Task', {
      ...settings.consumer,
      image: program.settings.image,
      command: writeFiles(program.temporal.files, [
        ...['node', '--max-semi-space-size=16', '--heap-growing-percent=60'],
        'src/consumer.ts',
      ]),
      environment: { ...sharedVariables(program), ...telemetryVariables(program), ...variables },
      secrets: { ...sharedSecrets(program), ...secrets },
      key: program.key,
      logDays: program.settings.logDays,
      healthCheck: checkHealth(9464, '/healthz', Duration.seconds(30)),
      // It lets batches end for 25 s, and what they started for 5 s more.
      stopTimeout: Duration.seconds(45),
    });
    addCollector(task, [9464], program.collector);
    this.service = createService(this, { cluster: program.cluster, task, securityGroup });
    this.service
      .autoScaleTaskCount({
        minCapacity: settings.consumer.minTasks,
        maxCapacity: settings.consumer.maxTasks,
      })
      .scaleOnMetric('Lag', {
        // The longest lag of a consumer.
        metric: figureMetric(this, 'ConsumerLag', { statistic: 'Maximum' }),
        adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
        scalingSteps: [
          { upper: 100, change: -1 },
          { lower: 10_000, upper: 100_000, change: 1 },
          { lower: 100_000, change: 2 },
        ],
        cooldown: Duration.minutes(5),
        evaluationPeriods: 3,
      });
  }
}
