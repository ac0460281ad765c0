import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Cluster, ContainerInsights, type FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Alerts } from './alarms/alerts.ts';
import { addObjectiveAlerts } from './alarms/objective-alerts.ts';
import { addCertificateAlerts, addDiskAlerts, addServiceAlerts } from './alarms/platform-alerts.ts';
import { addKafkaAlerts, addProgramAlerts } from './alarms/program-alerts.ts';
import { ApiService } from './api-service.ts';
import { Cache } from './cache.ts';
import { ConsumerService } from './consumer-service.ts';
import { createLogGroup } from './create-log-group.ts';
import { Database } from './database.ts';
import { EncryptionKey } from './encryption-key.ts';
import { Firewall } from './firewall.ts';
import { GatewayService } from './gateway-service.ts';
import { GeneratedSecret } from './generated-secret.ts';
import { KafkaCluster } from './kafka-cluster.ts';
import { KafkaTopics } from './kafka-topics.ts';
import { LoadBalancer } from './load-balancer.ts';
import { Migration } from './migration.ts';
import { Network, taskEndpoints } from './network.ts';
import type { Program } from './program.ts';
import type { EcsSettings } from './settings.ts';
import { connectToCloud } from './temporal-connection.ts';
import { WorkerService } from './worker-service.ts';

interface EcsStackProps extends StackProps {
  settings: EcsSettings;
}

/** The role that owns the tables. */
const owner = 'tallyflow';

/** Everything that Tallyflow needs, as services of ECS on Fargate. */
export class EcsStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: EcsStackProps) {
    super(scope, id, props);
    const { logDays } = settings;
    const key = new EncryptionKey(this, 'Key', 'What Tallyflow stores');
    const { vpc } = new Network(this, 'Network', {
      natGateways: settings.natGateways,
      endpoints: taskEndpoints,
      key,
      logDays,
    });
    const program = this.#createProgram(settings, key, vpc);
    const migration = new Migration(this, 'Migration', program, owner);
    const loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      vpc,
      logDays,
      certificateArn: settings.certificateArn,
    });
    new Firewall(this, 'Firewall', { balancer: loadBalancer.balancer, key, logDays });
    const kafka = this.#createKafka(program);
    const api = new ApiService(this, 'Api', {
      program,
      loadBalancer,
      variables: {},
      secrets: {},
      ...kafka?.cluster.connectionOf('api'),
    });
    const worker = new WorkerService(this, 'Worker', program);
    const services: Record<string, FargateService> = { Api: api.service, Worker: worker.service };
    if (kafka !== undefined) {
      const { cluster, topics } = kafka;
      cluster.allowFrom(api.securityGroup);
      const props = { program, kafka: cluster, settings: kafka.settings };
      services.Gateway = new GatewayService(this, 'Gateway', { ...props, loadBalancer }).service;
      services.Consumer = new ConsumerService(this, 'Consumer', props).service;
      for (const service of Object.values(services)) service.node.addDependency(topics);
    }
    for (const service of Object.values(services)) service.node.addDependency(migration);
    this.#addAlerts(program, services, kafka?.cluster);
    new CfnOutput(this, 'LoadBalancerName', { value: loadBalancer.balancer.loadBalancerDnsName });
  }

  #createKafka(program: Program) {
    const { vpc, key, settings } = program;
    if (settings.kafka === undefined) return undefined;
    const { logDays } = settings;
    const props = { vpc, key, logDays, settings: settings.kafka };
    const cluster = new KafkaCluster(this, 'Kafka', props);
    const topics = new KafkaTopics(this, 'Topics', program, cluster);
    return { cluster, topics, settings: settings.kafka };
  }

  #addAlerts(
    program: Program,
    services: Record<string, FargateService>,
    kafka: KafkaCluster | undefined,
  ): void {
    const { key, settings, database, cluster } = program;
    const email = settings.alarmEmail;
    const alerts = new Alerts(this, 'Alerts', {
      page: new AlarmTopic(this, 'Pages', { key, email }),
      ticket: new AlarmTopic(this, 'Tickets', { key, email }),
    });
    addObjectiveAlerts(alerts);
    addProgramAlerts(alerts);
    if (kafka !== undefined) addKafkaAlerts(alerts);
    addServiceAlerts(alerts, { clusterName: cluster.clusterName, services });
    addCertificateAlerts(alerts, settings.certificateArn);
    addDiskAlerts(alerts, { Database: { database, settings: settings.database } }, kafka);
  }

  #createProgram(settings: EcsSettings, key: EncryptionKey, vpc: Program['vpc']): Program {
    const { logDays } = settings;
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      managedStorageConfiguration: { fargateEphemeralStorageKmsKey: key },
    });
    return {
      vpc,
      cluster,
      key,
      settings,
      database: new Database(this, 'Database', {
        vpc,
        key,
        logDays,
        settings: settings.database,
        databaseName: 'tallyflow',
        owner,
        rotatesOwner: true,
      }),
      databasePassword: new GeneratedSecret(this, 'DatabasePassword', {
        key,
        description: 'Of the role that reads and writes, and owns no tables',
      }),
      cache: new Cache(this, 'Cache', { vpc, key, logDays, nodeType: settings.cacheNodeType }),
      temporal: connectToCloud(this, settings.temporal as never),
      collector: {
        image: settings.collectorImage,
        metricsLog: createLogGroup(this, 'Figures', { key, days: logDays }),
        telemetry: settings.telemetry,
        key,
        logDays,
      },
    };
  }
}
