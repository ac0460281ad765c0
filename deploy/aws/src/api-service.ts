import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type FargateService, Secret } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { addCollector } from './add-collector.ts';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import { GeneratedSecret } from './generated-secret.ts';
import type { LoadBalancer } from './load-balancer.ts';
import {
  allowShared,
  type Program,
  sharedSecrets,
  sharedVariables,
  telemetryVariables,
} from './program.ts';
import { checkHealth, ProgramTask } from './program-task.ts';
import { writeFiles } from './write-files.ts';

interface ApiServiceProps {
  program: Program;
  loadBalancer: LoadBalancer;
  /** Variables and secrets besides those that every process has. */
  variables: Record<string, string>;
  secrets: Record<string, Secret>;
}

const port = 3000;

/** A process answers more; beyond this, more of them answer sooner. */
const requestsPerMinuteAndTask = 30_000;

/** The API behind the load balancer. */
export class ApiService extends Construct {
  readonly service: FargateService;
  readonly targets: ApplicationTargetGroup;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ApiServiceProps) {
    super(scope, id);
    const { program } = props;
    const { vpc, key, settings, temporal } = program;
    this.securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    allowShared(this.securityGroup, program);
    const task = new ProgramTask(this, 'Task', {
      ...settings.api,
      image: settings.image,
      command: writeFiles(temporal.files, [
        ...['node', '--max-semi-space-size=4', '--heap-growing-percent=40'],
        'src/server.ts',
      ]),
      environment: {
        ...sharedVariables(program),
        ...telemetryVariables(program),
        HOST: '0.0.0.0',
        PORT: String(port),
        TRUSTED_PROXY_HOPS: '1',
        ADMIN_EMAIL: settings.adminEmail,
        ...props.variables,
      },
      secrets: {
        ...sharedSecrets(program),
        ...props.secrets,
        ...this.#createCredentials(key),
      },
      key,
      logDays: settings.logDays,
      port,
      healthCheck: checkHealth(port, '/healthz', Duration.seconds(20)),
      // It lets requests end for 25 s, and what they started for 5 s more.
      stopTimeout: Duration.seconds(60),
    });
    addCollector(task, [9464], program.collector);
    this.service = createService(this, {
      cluster: program.cluster,
      task,
      securityGroup: this.securityGroup,
      healthCheckGracePeriod: Duration.minutes(1),
    });
    this.targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      targets: [this.service.loadBalancerTarget({ containerName: 'Program', containerPort: port })],
      healthCheck: {
        // Not /readyz: while the database is away no process is ready, and a new one would not be either.
        path: '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
      // Before a task is told to stop. Uploads have this long to end by themselves, and event streams are cut after it.
      deregistrationDelay: Duration.seconds(60),
    });
    props.loadBalancer.forwardToApi(settings.domainName, this.targets);
    props.loadBalancer.allowTo(this.securityGroup, port);
    this.#scale(settings.api);
  }

  /** The first key and the first password, which somebody reads once, to make others with. */
  #createCredentials(key: Program['key']): Record<string, Secret> {
    const generate = (id: string, output: string, description: string) => {
      const secret = new GeneratedSecret(this, id, { key, description });
      new CfnOutput(this, `Output${output}`, {
        key: output,
        value: secret.secretName,
        description: 'The secret with it',
      });
      return Secret.fromSecretsManager(secret);
    };
    return {
      BOOTSTRAP_API_KEY: generate(
        'BootstrapKey',
        'ApiKey',
        'The first API key of Tallyflow, with all scopes',
      ),
      ADMIN_PASSWORD: generate(
        'AdminPassword',
        'AdminPassword',
        "The first password of Tallyflow's first admin",
      ),
    };
  }

  #scale({ minTasks, maxTasks }: Program['settings']['api']): void {
    const scaling = this.service.autoScaleTaskCount({
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    });
    scaling.scaleOnCpuUtilization('Processor', {
      targetUtilizationPercent: 60,
      scaleInCooldown: Duration.minutes(5),
      scaleOutCooldown: Duration.minutes(1),
    });
    scaling.scaleOnRequestCount('Requests', {
      requestsPerTarget: requestsPerMinuteAndTask,
      targetGroup: this.targets,
      scaleInCooldown: Duration.minutes(5),
      scaleOutCooldown: Duration.minutes(1),
    });
  }
}
