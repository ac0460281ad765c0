import { Duration, Stack } from 'aws-cdk-lib';
import { Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { type FargateService, Secret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { DnsRecordType } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import { Database } from './database.ts';
import type { Foundation } from './program.ts';
import { ProgramTask } from './program-task.ts';
import { readDatabaseAuthority } from './read-database-authority.ts';
import type { EcsSettings } from './settings.ts';
import { TaskRun } from './task-run.ts';
import { clientCertificate, type TemporalConnection } from './temporal-connection.ts';
import { writeFiles } from './write-files.ts';

type Access = Pick<TemporalConnection, 'secrets' | 'files'> & {
  variables: Record<string, string>;
};

export type OwnTemporal = Extract<EcsSettings['temporal'], { kind: 'self-hosted' }>;

const owner = 'temporal';
const namespace = 'default';
const port = 7233;
/** In the zone that only this network resolves. The server's certificate has this name. */
const zone = 'tallyflow.internal';
export const temporalHost = `temporal.${zone}`;

/** This cannot change later. docs/scaling.md says how many are enough for how long. */
const historyShards = '512';

const authorityFile = '/tmp/temporal-authority.pem';
const certificateFile = '/tmp/temporal-certificate.pem';
const keyFile = '/tmp/temporal-key.pem';
const databaseAuthorityFile = '/tmp/database-authority.pem';

/**
 * Temporal on ECS with a database of its own. Whoever connects to it, its own tasks included, shows a certificate by the
 * authority in the secret.
 */
export class TemporalServer extends Construct {
  readonly database: Database;
  readonly service: FargateService;
  /** What has to be done before the first process connects. */
  readonly setup: TaskRun;
  readonly connection: TemporalConnection;
  readonly certificate: ISecret;
  readonly #foundation: Foundation;
  readonly #settings: OwnTemporal;

  constructor(scope: Construct, id: string, foundation: Foundation, settings: OwnTemporal) {
    super(scope, id);
    this.#foundation = foundation;
    this.#settings = settings;
    const { vpc, cluster, key } = foundation;
    const { logDays } = foundation.settings;
    this.certificate = StoredSecret.fromSecretNameV2(
      this,
      'Certificate',
      settings.certificateSecretName,
    );
    this.database = new Database(this, 'TemporalDatabase', {
      vpc,
      key,
      logDays,
      settings: settings.database,
      databaseName: 'temporal',
      owner,
      rotatesOwner: false,
    });
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    securityGroup.connections.allowInternally(Port.tcpRange(6933, 7239), 'Each other');
    this.database.instance.connections.allowDefaultPortFrom(securityGroup, 'Temporal');
    this.connection = this.#describeConnection(securityGroup);
    const schema = this.#run('Schema', securityGroup, schemaScript, {
      variables: this.#databaseVariables(),
      secrets: {
        SQL_PASSWORD: Secret.fromSecretsManager(this.database.ownerSecret, 'password'),
      },
      files: this.#databaseFiles,
    });
    schema.node.addDependency(this.database);
    this.service = createService(this, {
      cluster,
      task: this.#createServerTask(),
      securityGroup,
      desiredCount: settings.server.minTasks,
    });
    this.service.enableCloudMap({
      cloudMapNamespace: cluster.addDefaultCloudMapNamespace({ name: zone, vpc }),
      name: 'temporal',
      dnsRecordType: DnsRecordType.A,
      dnsTtl: Duration.seconds(10),
    });
    this.service.node.addDependency(schema);
    const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = this.connection.variables;
    this.setup = this.#run('Setup', securityGroup, setupScript, {
      variables: { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE },
      secrets: this.connection.secrets,
      files: this.connection.files,
    });
    this.setup.node.addDependency(this.service);
  }

  #describeConnection(securityGroup: SecurityGroup): TemporalConnection {
    const client = clientCertificate(this.certificate);
    return {
      variables: {
        ...client.variables,
        TEMPORAL_CA_FILE: authorityFile,
        TEMPORAL_ADDRESS: `${temporalHost}:${port}`,
        TEMPORAL_NAMESPACE: namespace,
        TEMPORAL_UI_URL: `https://${this.#settings.uiDomainName}`,
      },
      secrets: {
        ...client.secrets,
        TEMPORAL_CA_PEM: Secret.fromSecretsManager(this.certificate, 'authority'),
      },
      files: { ...client.files, [authorityFile]: 'TEMPORAL_CA_PEM' },
      allowFrom: (group) => securityGroup.connections.allowFrom(group, Port.tcp(port), 'A client'),
    };
  }

  #createServerTask(): ProgramTask {
    const { settings } = this.#foundation;
    return new ProgramTask(this, 'Task', {
      ...this.#settings.server,
      image: this.#settings.serverImage,
      // Not a command: images of several versions have an entry point that runs no other. 1.31.0 was read, which has none.
      entryPoint: writeFiles({ ...this.connection.files, ...this.#databaseFiles }, [
        '/etc/temporal/entrypoint.sh',
      ]),
      environment: {
        ...this.#databaseVariables(),
        DB: 'postgres12',
        POSTGRES_SEEDS: this.database.instance.dbInstanceEndpointAddress,
        POSTGRES_USER: owner,
        SQL_TLS_ENABLED: 'true',
        SQL_CA: databaseAuthorityFile,
        SQL_HOST_VERIFICATION: 'true',
        SQL_HOST_NAME: this.database.instance.dbInstanceEndpointAddress,
        BIND_ON_IP: '0.0.0.0',
        NUM_HISTORY_SHARDS: historyShards,
        TEMPORAL_TLS_REQUIRE_CLIENT_AUTH: 'true',
        TEMPORAL_TLS_SERVER_CA_CERT: authorityFile,
        TEMPORAL_TLS_SERVER_CERT: certificateFile,
        TEMPORAL_TLS_SERVER_KEY: keyFile,
        TEMPORAL_TLS_INTERNODE_SERVER_NAME: temporalHost,
        TEMPORAL_TLS_FRONTEND_CERT: certificateFile,
        TEMPORAL_TLS_FRONTEND_KEY: keyFile,
        TEMPORAL_TLS_FRONTEND_SERVER_NAME: temporalHost,
        TEMPORAL_TLS_CLIENT1_CA_CERT: authorityFile,
      },
      secrets: {
        ...this.connection.secrets,
        POSTGRES_PWD: Secret.fromSecretsManager(this.database.ownerSecret, 'password'),
      },
      key: this.#foundation.key,
      logDays: settings.logDays,
      healthCheck: {
        command: ['CMD', 'nc', '-z', '127.0.0.1', String(port)],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(3),
        retries: 6,
        startPeriod: Duration.seconds(60),
      },
      stopTimeout: Duration.seconds(30),
    });
  }

  /** Runs a script with Temporal's tools to its end. */
  #run(id: string, securityGroup: SecurityGroup, script: string, access: Access): TaskRun {
    const { vpc, cluster, key, settings } = this.#foundation;
    const { logDays } = settings;
    const task = new ProgramTask(this, `${id}Task`, {
      image: this.#settings.adminToolsImage,
      entryPoint: writeFiles(access.files, ['/bin/sh', '-euc', script]),
      cpu: 512,
      memoryMib: 1024,
      environment: access.variables,
      secrets: access.secrets,
      key,
      logDays,
      stopTimeout: Duration.seconds(30),
    });
    return new TaskRun(this, id, { vpc, cluster, task, securityGroup, key, logDays });
  }

  get #databaseFiles(): Record<string, string> {
    return { [databaseAuthorityFile]: 'DATABASE_AUTHORITY_PEM' };
  }

  #databaseVariables(): Record<string, string> {
    const host = this.database.instance.dbInstanceEndpointAddress;
    return {
      DATABASE_AUTHORITY_PEM: readDatabaseAuthority(Stack.of(this).region),
      SQL_PLUGIN: 'postgres12',
      SQL_HOST: host,
      SQL_PORT: '5432',
      SQL_USER: owner,
      SQL_TLS: 'true',
      SQL_TLS_CA_FILE: databaseAuthorityFile,
      SQL_TLS_SERVER_NAME: host,
    };
  }
}

/** Brings both databases to the version of the server. Each step is safe to repeat. */
const schemaScript = `
schemas=/etc/temporal/schema/postgresql/v12
temporal-sql-tool --db temporal_visibility create-database --defaultdb temporal
for database in temporal temporal_visibility; do
  temporal-sql-tool --db $database setup-schema -v 0.0
done
temporal-sql-tool --db temporal update-schema -d $schemas/temporal/versioned
temporal-sql-tool --db temporal_visibility update-schema -d $schemas/visibility/versioned
`;

/** As temporal-setup of docker-compose.yml does. */
const setupScript = `
operator() {
  temporal operator "$@" --tls-ca-path ${authorityFile} --tls-cert-path ${certificateFile} --tls-key-path ${keyFile}
}
ensure_namespace() {
  operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 168h
}
ensure_attribute() {
  operator search-attribute list | grep -qw "$1" || operator search-attribute create --name "$1" --type "$2"
}
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  if ensure_namespace && ensure_attribute TallyflowBatchStatus Keyword && ensure_attribute TallyflowBatchIds KeywordList; then
    exit 0
  fi
  echo "Temporal is not ready for its setup (attempt $attempt of 10)"
  sleep 5
done
exit 1
`;
