import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerCondition,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { createLogGroup } from './create-log-group.ts';
import { Database } from './database.ts';
import { EncryptionKey } from './encryption-key.ts';
import { Firewall } from './firewall.ts';
import { GeneratedSecret } from './generated-secret.ts';
import { LoadBalancer } from './load-balancer.ts';
import { Machine } from './machine.ts';
import { Network } from './network.ts';
import { imageRepositories, simpleImageParameter } from './release-access.ts';
import { ReleaseDocument } from './release-document.ts';
import type { SimpleSettings } from './settings.ts';
import { SimpleAlarms } from './simple-alarms.ts';

interface SimpleStackProps extends StackProps {
  settings: SimpleSettings;
}

/** Two, so that an update can run the new API beside the old one; simple/docker-compose.yml publishes them. */
const ports = { first: 3000, last: 3001 };

/** Tallyflow on one machine, with its database on RDS. */
export class SimpleStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: SimpleStackProps) {
    super(scope, id, props);
    const { logDays } = settings;
    const key = new EncryptionKey(this, 'Key', 'What Tallyflow stores');
    const { vpc } = new Network(this, 'Network', { natGateways: 1, endpoints: {}, key, logDays });
    const topic = new AlarmTopic(this, 'Alarm', { key, email: settings.alarmEmail });
    const database = new Database(this, 'Database', {
      vpc,
      key,
      settings: settings.database,
      logDays,
      databaseName: 'tallyflow',
      owner: 'tallyflow',
      rotatesOwner: true,
    });
    const { balancer, listener, securityGroup } = new LoadBalancer(this, 'LoadBalancer', {
      vpc,
      certificateArn: settings.certificateArn,
      logDays,
    });
    if (settings.firewall) new Firewall(this, 'Firewall', { balancer, key, logDays });
    const targets = this.#createTargets(vpc);
    listener.addTargetGroups('Api', {
      targetGroups: [targets],
      priority: 1,
      conditions: [ListenerCondition.hostHeaders([settings.domainName])],
    });

    const secret = (name: string, description: string) =>
      new GeneratedSecret(this, name, { key, description });
    const secrets = {
      OWNER_SECRET: database.ownerSecret,
      APP_DATABASE_PASSWORD_SECRET: secret(
        'AppDatabasePassword',
        'Of the role of the API and the worker',
      ),
      TEMPORAL_DATABASE_PASSWORD_SECRET: secret(
        'TemporalDatabasePassword',
        'Of the role of Temporal',
      ),
      REDIS_PASSWORD_SECRET: secret('RedisPassword', 'Of Redis, on the machine'),
      BOOTSTRAP_API_KEY_SECRET: secret('BootstrapApiKey', 'An API key with all scopes'),
      ADMIN_PASSWORD_SECRET: secret('AdminPassword', 'Of the first admin of the console'),
      ...Object.fromEntries(
        Object.entries(settings.workerSecrets).map(([variable, name]) => [
          `${variable}_SECRET`,
          Secret.fromSecretNameV2(this, `Named-${variable}`, name),
        ]),
      ),
    };
    const logs = createLogGroup(this, 'Log', { key, days: logDays, name: '/tallyflow/simple' });
    const machine = new Machine(this, 'Machine', {
      vpc,
      instanceType: settings.instanceType,
      diskGib: settings.diskGib,
      settings: {
        DATABASE_HOST: database.instance.dbInstanceEndpointAddress,
        LOG_GROUP: logs.logGroupName,
        TARGET_GROUP: targets.targetGroupArn,
        IMAGE_PARAMETER: simpleImageParameter,
        ...Object.fromEntries(
          Object.entries(secrets).map(([name, { secretArn }]) => [name, secretArn]),
        ),
      },
      environment: {
        ADMIN_EMAIL: settings.adminEmail,
        WORKER_REPLICAS: String(settings.workers),
        ...settings.variables,
      },
    });
    for (const each of Object.values(secrets)) each.grantRead(machine.role);
    logs.grantWrite(machine.role);
    this.#grantReleases(machine.role, targets);
    database.instance.connections.allowFrom(machine.securityGroup, Port.tcp(5432), 'The machine');
    const api = Port.tcpRange(ports.first, ports.last);
    machine.securityGroup.addIngressRule(securityGroup, api, 'The load balancer');
    securityGroup.addEgressRule(machine.securityGroup, api, 'The API');
    new ReleaseDocument(this, 'Release');
    new SimpleAlarms(this, 'Alarms', {
      balancer,
      targets,
      database: database.instance,
      storageGib: settings.database.storageGib,
      topic,
    });
    this.#output('Address', balancer.loadBalancerDnsName, 'What the domain name has to point at');
    this.#output('Group', machine.group.autoScalingGroupName, 'Of the one machine');
    this.#output('DatabaseHost', database.instance.dbInstanceEndpointAddress, 'Inside the network');
    this.#output('AdminPassword', secrets.ADMIN_PASSWORD_SECRET.secretName, 'The secret with it');
    this.#output('ApiKey', secrets.BOOTSTRAP_API_KEY_SECRET.secretName, 'The secret with it');
  }

  #createTargets(vpc: Network['vpc']): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      targetType: TargetType.INSTANCE,
      protocol: ApplicationProtocol.HTTP,
      port: ports.first,
      healthCheck: {
        // A database that is away would be no reason to take the only API away as well.
        path: '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(3),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
      // For how long an update lets open requests go on. Clients repeat longer streams; nothing counts twice.
      deregistrationDelay: Duration.minutes(2),
    });
  }

  /** What simple/tallyflow does, besides reading secrets. */
  #grantReleases(role: Role, targets: ApplicationTargetGroup): void {
    Repository.fromRepositoryName(this, 'Images', imageRepositories[0]).grantPull(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
        resources: [
          this.formatArn({
            service: 'ssm',
            resource: 'parameter',
            resourceName: simpleImageParameter.slice(1),
          }),
        ],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        resources: [targets.targetGroupArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['elasticloadbalancing:DescribeTargetHealth'],
        resources: ['*'],
      }),
    );
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Signing in to the registry and reading the health of targets can be granted for all resources only.',
    });
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, `Output${id}`, { key: id, value, description });
  }
}
