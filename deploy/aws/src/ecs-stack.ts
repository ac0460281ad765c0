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
import type { Foundation, Program } from './program.ts';
import type { EcsSettings } from './settings.ts';
import type { TaskRun } from './task-run.ts';
import { connectToCloud, type TemporalConnection } from './temporal-connection.ts';
import { TemporalServer } from './temporal-server.ts';
import { TemporalUi } from './temporal-ui.ts';
import { WorkerService } from './worker-service.ts';

interface EcsStackProps extends StackProps {
  settings: EcsSettings;
}

interface Kafka {
  cluster: KafkaCluster;
  topics: KafkaTopics;
  settings: NonNullable<EcsSettings['kafka']>;
}

interface Temporal {
  connection: TemporalConnection;
  /** What has to be done before the first process connects. */
  setup: TaskRun | undefined;
  services: Record<string, FargateService>;
  databases: Record<string, { database: Database; settings: EcsSettings['database'] }>;
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
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      managedStorageConfiguration: { fargateEphemeralStorageKmsKey: key },
    });
    const foundation = { vpc, cluster, key, settings };
    const loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      vpc,
      logDays,
      certificateArn: settings.certificateArn,
    });
    new Firewall(this, 'Firewall', {
      balancer: loadBalancer.balancer,
      key,
      logDays,
      ...(settings.temporal.kind === 'self-hosted' && {
        temporalUiHost: settings.temporal.uiDomainName,
      }),
    });
    const temporal = this.#createTemporal(foundation, loadBalancer);
    const program = this.#createProgram(foundation, temporal.connection);
    const kafka = this.#createKafka(program);
    const services = this.#createServices(program, loadBalancer, kafka);
    const before = [
      new Migration(this, 'Migration', program, owner),
      temporal.setup,
      kafka?.topics,
    ];
    for (const service of Object.values(services))
      service.node.addDependency(...before.filter((step) => step !== undefined));
    this.#addAlerts(program, { ...services, ...temporal.services }, temporal.databases, kafka);
    this.#addOutputs(cluster, loadBalancer, settings);
  }

  /** What people need, release/release-ecs among it: the images are those of the last deployment that did not fail. */
  #addOutputs(cluster: Cluster, { balancer }: LoadBalancer, settings: EcsSettings): void {
    const outputs = {
      LoadBalancerName: balancer.loadBalancerDnsName,
      ClusterName: cluster.clusterName,
      Image: settings.image,
      ...(settings.kafka !== undefined && { GatewayImage: settings.kafka.gatewayImage }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** The services of the program, by their names. */
  #createServices(
    program: Program,
    loadBalancer: LoadBalancer,
    kafka: Kafka | undefined,
  ): Record<string, FargateService> {
    const connection = kafka?.cluster.connectionOf('api') ?? { variables: {}, secrets: {} };
    const api = new ApiService(this, 'Api', { program, loadBalancer, ...connection });
    const worker = new WorkerService(this, 'Worker', program);
    const services = { Api: api.service, Worker: worker.service };
    if (kafka === undefined) return services;
    kafka.cluster.allowFrom(api.securityGroup);
    const props = { program, kafka: kafka.cluster, settings: kafka.settings };
    return {
      ...services,
      Gateway: new GatewayService(this, 'Gateway', { ...props, loadBalancer }).service,
      Consumer: new ConsumerService(this, 'Consumer', props).service,
    };
  }

  #createTemporal(foundation: Foundation, loadBalancer: LoadBalancer): Temporal {
    const settings = foundation.settings.temporal;
    if (settings.kind === 'cloud')
      return {
        connection: connectToCloud(this, settings),
        setup: undefined,
        services: {},
        databases: {},
      };
    const temporal = new TemporalServer(this, 'Temporal', foundation, settings);
    const ui = new TemporalUi(this, 'TemporalUi', { foundation, settings, temporal, loadBalancer });
    return {
      connection: temporal.connection,
      setup: temporal.setup,
      services: { Temporal: temporal.service, TemporalUi: ui.service },
      databases: { TemporalDatabase: { database: temporal.database, settings: settings.database } },
    };
  }

  #createKafka(program: Program): Kafka | undefined {
    const { vpc, key, settings } = program;
    if (settings.kafka === undefined) return undefined;
    const { logDays } = settings;
    const props = { vpc, key, logDays, settings: settings.kafka };
    const cluster = new KafkaCluster(this, 'Kafka', props);
    if (!settings.kafka.hasAcls) return undefined;
    const topics = new KafkaTopics(this, 'Topics', program, cluster);
    return { cluster, topics, settings: settings.kafka };
  }

  #addAlerts(
    program: Program,
    services: Record<string, FargateService>,
    databases: Temporal['databases'],
    kafka: Kafka | undefined,
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
    const own = { Database: { database, settings: settings.database } };
    addDiskAlerts(alerts, { ...own, ...databases }, kafka?.cluster);
  }

  #createProgram(foundation: Foundation, temporal: TemporalConnection): Program {
    const { vpc, key, settings } = foundation;
    const { logDays } = settings;
    return {
      ...foundation,
      temporal,
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
