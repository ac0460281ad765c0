import { Duration, Size } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  CpuArchitecture,
  FargateTaskDefinition,
  type HealthCheck,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  type Secret,
  TmpfsMountOption,
  UlimitName,
} from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup } from './create-log-group.ts';
import { findImage } from './find-image.ts';

interface ProgramTaskProps {
  image: string;
  /** Without them, the image's own. */
  command?: string[];
  entryPoint?: string[];
  cpu: number;
  memoryMib: number;
  environment: Record<string, string>;
  secrets: Record<string, Secret>;
  key: IKey;
  logDays: number;
  stopTimeout: Duration;
  port?: number;
  healthCheck?: HealthCheck;
  /** For images that write into themselves. Those of the program don't. */
  isWritable?: boolean;
}

/** As many connections as a process may have, each of them twice: one to the client, and one to what it asks for. */
const maxOpenFiles = 65_536;

/**
 * A task on Graviton with one process of the program, confined as docker-compose.yml does it: no capabilities, and
 * nothing to write to but /tmp, which is in memory.
 */
export class ProgramTask extends FargateTaskDefinition {
  readonly container: ContainerDefinition;

  constructor(scope: Construct, id: string, props: ProgramTaskProps) {
    super(scope, id, {
      cpu: props.cpu,
      memoryLimitMiB: props.memoryMib,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    const linuxParameters = new LinuxParameters(this, 'Linux');
    linuxParameters.dropCapabilities(Capability.ALL);
    linuxParameters.addTmpfs({
      containerPath: '/tmp',
      size: 64,
      mountOptions: [TmpfsMountOption.NOEXEC, TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV],
    });
    this.container = this.addContainer('Program', {
      image: findImage(this, 'Program', props.image),
      ...(props.entryPoint !== undefined && { entryPoint: props.entryPoint }),
      ...(props.command !== undefined && { command: props.command }),
      environment: props.environment,
      secrets: props.secrets,
      linuxParameters,
      readonlyRootFilesystem: props.isWritable !== true,
      stopTimeout: props.stopTimeout,
      ...(props.port !== undefined && { portMappings: [{ containerPort: props.port }] }),
      ...(props.healthCheck !== undefined && { healthCheck: props.healthCheck }),
      logging: LogDrivers.awsLogs({
        streamPrefix: 'program',
        logGroup: createLogGroup(this, 'Log', { key: props.key, days: props.logDays }),
        // A log that is not taken must not stop the process: it keeps lines in memory, and then drops them.
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
      }),
    });
    this.container.addUlimits({
      name: UlimitName.NOFILE,
      softLimit: maxOpenFiles,
      hardLimit: maxOpenFiles,
    });
    acknowledge(this.obtainExecutionRole(), {
      'AwsSolutions-IAM5[Resource::*]': 'To sign in to ECR knows no resources.',
    });
    acknowledge(this, {
      'AwsSolutions-ECS2':
        'Secrets come from Secrets Manager, which a test makes sure of; what is in the definition is no secret.',
    });
  }
}

/** Asks a port of the process itself, as the image's own check does, which ECS doesn't look at. */
export const checkHealth = (port: number, path: string, startPeriod: Duration): HealthCheck => ({
  command: [
    'CMD',
    'node',
    '-e',
    `fetch('http://127.0.0.1:${port}${path}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
  ],
  interval: Duration.seconds(10),
  timeout: Duration.seconds(3),
  retries: 3,
  startPeriod,
});
