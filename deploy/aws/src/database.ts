import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { InstanceType, SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  Credentials,
  DatabaseInsightsMode,
  DatabaseInstance,
  DatabaseInstanceEngine,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup } from './create-log-group.ts';
import type { CommonSettings } from './settings.ts';

interface DatabaseProps {
  vpc: Vpc;
  key: IKey;
  settings: CommonSettings['database'];
  logDays: number;
  databaseName: string;
  /** The role that owns the tables. */
  owner: string;
  /**
   * RDS gives the owner another password every week, which suits those who read it each time that they connect, such as
   * migrations. A server that reads it once, when it starts, would lose its database.
   */
  rotatesOwner: boolean;
}

/**
 * What docker-compose.yml sets as well, and for the same reasons; a test compares them. Connections are not limited here:
 * RDS allows some hundred for each GiB of memory.
 */
export const parameters: Record<string, string> = {
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // A statement that failed may hold a password, as ALTER ROLE does; its error is logged all the same.
  log_min_error_statement: 'panic',
  // RDS counts in milliseconds, without units.
  idle_in_transaction_session_timeout: '600000',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  // Nobody connects without TLS.
  'rds.force_ssl': '1',
};

/** In the image of the program, from which all its containers are made. */
const authorities = '/app/deploy/aws/rds-ca.pem';

/** PostgreSQL on RDS, encrypted, in subnets that no route leaves. */
export class Database extends Construct {
  readonly instance: DatabaseInstance;
  /** JSON with "username" and "password". */
  readonly ownerSecret: ISecret;
  readonly #name: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { vpc, key, settings } = props;
    this.#name = props.databaseName;
    // The newest minor version comes with maintenance.
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 });
    // With a name of its own, a change that would replace the database by an empty one fails.
    const name = `${Stack.of(this).stackName}-${id}`.toLowerCase();
    // RDS would otherwise make groups that nobody encrypts or ends.
    const logs = ['postgresql', 'upgrade'].map((log) =>
      createLogGroup(this, `Log-${log}`, {
        key,
        days: props.logDays,
        name: `/aws/rds/instance/${name}/${log}`,
      }),
    );
    this.instance = new DatabaseInstance(this, 'Instance', {
      instanceIdentifier: name,
      engine,
      instanceType: new InstanceType(settings.instanceType),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [new SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false })],
      databaseName: props.databaseName,
      ...(props.rotatesOwner
        ? {
            credentials: Credentials.fromUsername(props.owner, { encryptionKey: key }),
            manageMasterUserPassword: true,
          }
        : {
            credentials: Credentials.fromGeneratedSecret(props.owner, {
              encryptionKey: key,
              // It may become part of a URL or of a file of settings.
              excludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\=,^.',
            }),
          }),
      parameterGroup: new ParameterGroup(this, 'Parameters', { engine, parameters }),
      multiAz: settings.multiAz,
      storageType: StorageType.GP3,
      allocatedStorage: settings.storageGib,
      maxAllocatedStorage: settings.maxStorageGib,
      storageEncrypted: true,
      storageEncryptionKey: key,
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      backupRetention: Duration.days(settings.backupDays),
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.SNAPSHOT,
      autoMinorVersionUpgrade: true,
      // A week of statements, which costs nothing. The advanced mode costs by the processor.
      databaseInsightsMode: DatabaseInsightsMode.STANDARD,
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
      monitoringInterval: Duration.minutes(1),
      cloudwatchLogsExports: ['postgresql', 'upgrade'],
    });
    this.instance.node.addDependency(...logs);
    const { secret } = this.instance;
    if (secret === undefined) throw new Error(`The owner of ${id} has no secret.`);
    this.ownerSecret =
      settings.ownerSecretArn === undefined
        ? secret
        : Secret.fromSecretAttributes(this, 'OwnerSecret', {
            secretCompleteArn: settings.ownerSecretArn,
            encryptionKey: key,
          });
    this.#acknowledge(settings.multiAz);
  }

  /** Without a password, which comes as DATABASE_PASSWORD: one that is rotated cannot be part of a URL that is not. */
  url(role: string): string {
    return `postgres://${role}@${this.instance.dbInstanceEndpointAddress}:5432/${this.#name}?sslmode=verify-full&sslrootcert=${authorities}`;
  }

  #acknowledge(isMultiAz: boolean): void {
    acknowledge(this.instance, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole]':
        'The policy of AWS for this very purpose: it writes metrics of the machine to one group of logs.',
      'AwsSolutions-SMG4':
        'Where RDS manages it, RDS rotates it. Otherwise its reader has to be restarted, so people rotate it (docs/deployment.md).',
      'AwsSolutions-RDS11':
        'Only security groups of this stack reach the port; another number would hide it from nobody.',
      ...(!isMultiAz && {
        'AwsSolutions-RDS3':
          'The settings say that a restore is quick enough, and a standby too dear.',
      }),
    });
  }
}
