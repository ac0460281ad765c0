import { Duration } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { addCollector } from './add-collector.ts';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import { figureMetric } from './figure-metric.ts';
import {
  allowShared,
  namedSecrets,
  type Program,
  sharedSecrets,
  sharedVariables,
  telemetryVariables,
} from './program.ts';
import { checkHealth, ProgramTask } from './program-task.ts';
import { writeFiles } from './write-files.ts';

/** Workers, as many as the rows that wait ask for. */
export class WorkerService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, program: Program) {
    super(scope, id);
    const { vpc, settings, temporal } = program;
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    allowShared(securityGroup, program);
    const task = new ProgramTask(this, 'Task', {
      ...settings.worker,
      image: settings.image,
      command: writeFiles(temporal.files, [
        ...['node', '--max-semi-space-size=16', '--heap-growing-percent=60'],
        'src/worker.ts',
      ]),
      environment: { ...sharedVariables(program), ...telemetryVariables(program) },
      secrets: { ...sharedSecrets(program), ...namedSecrets(this, settings.workerSecrets) },
      key: program.key,
      logDays: settings.logDays,
      // It serves nothing but its metrics.
      healthCheck: checkHealth(9464, '/metrics', Duration.seconds(30)),
      // It lets activities end for 30 s.
      stopTimeout: Duration.seconds(45),
    });
    addCollector(task, [9464, 9465], program.collector);
    this.service = createService(this, { cluster: program.cluster, task, securityGroup });
    this.#scale(settings.worker);
  }

  /** The API tells how many rows are open. One worker alone completes some ten thousand a second. */
  #scale({ minTasks, maxTasks }: Program['settings']['worker']): void {
    this.service
      .autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks })
      .scaleOnMetric('OpenRows', {
        metric: figureMetric(this, 'OpenRows', { statistic: 'Maximum' }),
        adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
        scalingSteps: [
          { upper: 10_000, change: -1 },
          { lower: 250_000, upper: 2_000_000, change: 1 },
          { lower: 2_000_000, change: 2 },
        ],
        cooldown: Duration.minutes(2),
        evaluationPeriods: 2,
      });
  }
}
