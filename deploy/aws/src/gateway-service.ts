import { Duration } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { addCollector } from './add-collector.ts';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Program } from './program.ts';
import { ProgramTask } from './program-task.ts';
import type { EcsSettings } from './settings.ts';

interface GatewayServiceProps {
  program: Program;
  kafka: KafkaCluster;
  settings: NonNullable<EcsSettings['kafka']>;
  loadBalancer: LoadBalancer;
}

const port = 3001;

/** Limits are the same at both doors. */
const sharedWithApi = /^(MAX_|RATE_LIMIT_|UNAUTHENTICATED_|LOG_LEVEL$)/;

/** The gateway, which takes batches in place of the API and writes them to Kafka. It reaches nothing else. */
export class GatewayService extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: GatewayServiceProps) {
    super(scope, id);
    const { program, kafka, settings } = props;
    const { vpc } = program;
    const { variables, secrets } = kafka.connectionOf('gateway');
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    kafka.allowFrom(securityGroup);
    const task = new ProgramTask(this, 'Task', {
      ...settings.gateway,
      image: settings.gatewayImage,
      environment: {
        ...Object.fromEntries(
          Object.entries(program.settings.variables).filter(([name]) => sharedWithApi.test(name)),
        ),
        HOST: '0.0.0.0',
        PORT: String(port),
        TRUSTED_PROXY_HOPS: '1',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
        ...variables,
      },
      secrets,
      key: program.key,
      logDays: program.settings.logDays,
      port,
      // The image has no shell, and no other program.
      healthCheck: {
        command: ['CMD', '/gateway', '--check-health'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        retries: 3,
        startPeriod: Duration.seconds(10),
      },
      // It lets requests end for 25 s, and then flushes.
      stopTimeout: Duration.seconds(60),
    });
    addCollector(task, [9466], program.collector);
    this.service = createService(this, {
      cluster: program.cluster,
      task,
      securityGroup,
      healthCheckGracePeriod: Duration.minutes(1),
    });
    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      targets: [this.service.loadBalancerTarget({ containerName: 'Program', containerPort: port })],
      healthCheck: {
        // It gets no requests before it has read the API keys. Where Kafka is away, others would not be ready either, so
        // it is given up late.
        path: '/readyz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 10,
      },
      deregistrationDelay: Duration.seconds(60),
    });
    props.loadBalancer.forwardBatches(program.settings.domainName, targets);
    props.loadBalancer.allowTo(securityGroup, port);
    this.service
      .autoScaleTaskCount({
        minCapacity: settings.gateway.minTasks,
        maxCapacity: settings.gateway.maxTasks,
      })
      .scaleOnCpuUtilization('Processor', {
        targetUtilizationPercent: 60,
        scaleInCooldown: Duration.minutes(5),
        scaleOutCooldown: Duration.minutes(1),
      });
  }
}
