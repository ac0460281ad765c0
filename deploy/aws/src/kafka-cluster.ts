import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  type ISecurityGroup,
  Port,
  SecurityGroup,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-ecs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBatchScramSecret, CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup } from './create-log-group.ts';
import { createSecurityGroup } from './create-security-group.ts';
import type { EcsSettings } from './settings.ts';

interface KafkaClusterProps {
  vpc: Vpc;
  key: IKey;
  settings: NonNullable<EcsSettings['kafka']>;
  logDays: number;
}

/** Each process has a user of its own, whose rights docs/kafka.md lists. */
const users = ['api', 'gateway', 'consumer', 'topics'] as const;
export type KafkaUser = (typeof users)[number];

/**
 * Nobody may do what no ACL allows, so that a password alone is worth nothing. Of three copies of a record two are on disk
 * before it counts as taken, so that one broker may be lost.
 */
const properties = {
  'allow.everyone.if.no.acl.found': 'false',
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'unclean.leader.election.enable': 'false',
};

/** Port of TLS with SASL/SCRAM. */
const port = 9096;
/** The same with IAM. */
const iamPort = 9098;

/** Kafka on MSK, a broker in each zone. Its certificates are by an authority that every system knows. */
export class KafkaCluster extends Construct {
  readonly cluster: CfnCluster;
  readonly brokerCount: number;
  readonly name = `${Stack.of(this).stackName}-kafka`;
  readonly securityGroup: SecurityGroup;
  readonly #secrets: Record<KafkaUser, StoredSecret>;
  readonly #brokers: string;

  constructor(scope: Construct, id: string, { vpc, key, settings, logDays }: KafkaClusterProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false });
    this.securityGroup.addIngressRule(this.securityGroup, Port.allTcp(), 'Other brokers');
    this.securityGroup.addEgressRule(this.securityGroup, Port.allTcp(), 'Other brokers');
    const { subnetIds } = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED });
    this.#allowOperators(vpc);
    this.brokerCount = subnetIds.length;
    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: this.name,
      serverProperties: Object.entries(properties)
        .map((entry) => entry.join('='))
        .join('\n'),
    });
    this.cluster = new CfnCluster(this, 'Cluster', {
      clusterName: this.name,
      kafkaVersion: '4.0.x.kraft',
      numberOfBrokerNodes: this.brokerCount,
      brokerNodeGroupInfo: {
        clientSubnets: subnetIds,
        instanceType: settings.brokerInstanceType,
        securityGroups: [this.securityGroup.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: settings.brokerStorageGib } },
      },
      configurationInfo: {
        arn: configuration.attrArn,
        revision: configuration.attrLatestRevisionRevision,
      },
      clientAuthentication: {
        // IAM is for people, who set the ACLs of the others.
        sasl: { scram: { enabled: true }, iam: { enabled: true } },
        unauthenticated: { enabled: false },
      },
      encryptionInfo: {
        encryptionAtRest: { dataVolumeKmsKeyId: key.keyArn },
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
      },
      loggingInfo: {
        brokerLogs: {
          cloudWatchLogs: {
            enabled: true,
            logGroup: createLogGroup(this, 'Log', { key, days: logDays }).logGroupName,
          },
        },
      },
    });
    this.#secrets = this.#createUsers(key);
    this.#brokers = this.#findBrokers(createLogGroup(this, 'BrokersLog', { key, days: logDays }));
  }

  /** Variables and secrets of a process, with which it reaches the brokers as a user. */
  connectionOf(user: KafkaUser): {
    variables: Record<string, string>;
    secrets: Record<string, Secret>;
  } {
    return {
      variables: {
        KAFKA_BROKERS: this.#brokers,
        KAFKA_TLS: 'true',
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_SASL_USERNAME: nameOf(user),
      },
      secrets: {
        KAFKA_SASL_PASSWORD: Secret.fromSecretsManager(this.#secrets[user], 'password'),
      },
    };
  }

  allowFrom(securityGroup: ISecurityGroup): void {
    this.securityGroup.connections.allowFrom(securityGroup, Port.tcp(port), 'The program');
  }

  /** A group to put a shell in, from which people set the ACLs, as themselves. */
  #allowOperators(vpc: Vpc): void {
    const operators = createSecurityGroup(this, 'Operators', vpc);
    this.securityGroup.connections.allowFrom(operators, Port.tcp(iamPort), 'People, by IAM');
    new CfnOutput(this, 'OperatorsGroup', { value: operators.securityGroupId });
  }

  /** MSK takes secrets only with this beginning of a name, and a key of one's own. */
  #createUsers(key: IKey): Record<KafkaUser, StoredSecret> {
    const entries = users.map((user): [KafkaUser, StoredSecret] => {
      const secret = new StoredSecret(this, `User-${user}`, {
        secretName: `AmazonMSK_${Stack.of(this).stackName}_${user}`,
        description: `Of the user ${nameOf(user)} of Kafka`,
        encryptionKey: key,
        generateSecretString: {
          secretStringTemplate: JSON.stringify({ username: nameOf(user) }),
          generateStringKey: 'password',
          passwordLength: 43,
          excludePunctuation: true,
        },
        // Where its creation is undone it goes, since its name would stand in the way of the next try.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      });
      acknowledge(secret, {
        'AwsSolutions-SMG4':
          'Processes read it when they start, so another value is given together with a restart (docs/deployment.md).',
      });
      return [user, secret];
    });
    new CfnBatchScramSecret(this, 'Users', {
      clusterArn: this.cluster.ref,
      secretArnList: entries.map(([, secret]) => secret.secretFullArn ?? secret.secretArn),
    });
    return Object.fromEntries(entries) as Record<KafkaUser, StoredSecret>;
  }

  /** CloudFormation doesn't tell the addresses of brokers. */
  #findBrokers(logGroup: LogGroup): string {
    const query = {
      service: 'Kafka',
      action: 'getBootstrapBrokers',
      parameters: { ClusterArn: this.cluster.ref },
      physicalResourceId: PhysicalResourceId.of('brokers'),
      outputPaths: ['BootstrapBrokerStringSaslScram'],
    };
    const found = new AwsCustomResource(this, 'Brokers', {
      onUpdate: query,
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [this.cluster.ref] }),
      installLatestAwsSdk: false,
      logGroup,
    });
    // The function that asks is CDK's, one for the whole stack.
    acknowledge(Stack.of(this).node.findChild('AWS679f53fac002430cb0da5b7982bd2287'), {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
        'It lets the function write its own log.',
      'AwsSolutions-L1': 'CDK brings the version of Node.js that it was tested with.',
    });
    return found.getResponseField('BootstrapBrokerStringSaslScram');
  }
}

const nameOf = (user: KafkaUser): string => `tallyflow-${user}`;
