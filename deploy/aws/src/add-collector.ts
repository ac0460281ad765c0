import { Stack } from 'aws-cdk-lib';
import { Capability, LinuxParameters, LogDrivers, Secret } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { acknowledge } from './acknowledge.ts';
import { createCollectorConfig, telemetryKey } from './collector-config.ts';
import { createLogGroup } from './create-log-group.ts';
import { findImage } from './find-image.ts';
import type { ProgramTask } from './program-task.ts';
import type { EcsSettings } from './settings.ts';

export interface CollectorProps {
  image: string;
  /** Where the figures are written, from which CloudWatch makes metrics. */
  metricsLog: LogGroup;
  telemetry: EcsSettings['telemetry'];
  key: IKey;
  logDays: number;
}

/** Puts a collector beside the process of a task. Where it fails, it is started again, and the process goes on. */
export function addCollector(
  task: ProgramTask,
  metricsPorts: number[],
  props: CollectorProps,
): void {
  const { telemetry } = props;
  const { region, stackName } = Stack.of(task);
  const linuxParameters = new LinuxParameters(task, 'CollectorLinux');
  linuxParameters.dropCapabilities(Capability.ALL);
  task.addContainer('Collector', {
    image: findImage(task, 'Collector', props.image),
    command: ['--config=env:COLLECTOR_CONFIG'],
    environment: {
      COLLECTOR_CONFIG: createCollectorConfig({
        installation: stackName,
        region,
        metricsLogGroup: props.metricsLog.logGroupName,
        metricsPorts,
        telemetry,
      }),
    },
    secrets:
      telemetry === undefined
        ? {}
        : {
            [telemetryKey]: Secret.fromSecretsManager(
              StoredSecret.fromSecretNameV2(task, 'TelemetryKey', telemetry.headerSecretName),
            ),
          },
    essential: false,
    enableRestartPolicy: true,
    readonlyRootFilesystem: true,
    linuxParameters,
    memoryReservationMiB: 128,
    memoryLimitMiB: 256,
    logging: LogDrivers.awsLogs({
      streamPrefix: 'collector',
      logGroup: createLogGroup(task, 'CollectorLog', { key: props.key, days: props.logDays }),
    }),
  });
  task.addToTaskRolePolicy(
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      resources: [props.metricsLog.logGroupArn],
    }),
  );
  task.addToTaskRolePolicy(
    new PolicyStatement({
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      // X-Ray knows no resources for these.
      resources: ['*'],
    }),
  );
  acknowledge(task.taskRole, {
    'AwsSolutions-IAM5[Resource::*]': 'The two actions of X-Ray that write know no resources.',
  });
}
