import {
  type ISecurityGroup,
  Port,
  SecurityGroup,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from 'aws-cdk-lib/aws-elasticache';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup } from './create-log-group.ts';
import { GeneratedSecret } from './generated-secret.ts';

interface CacheProps {
  vpc: Vpc;
  key: IKey;
  nodeType: string;
  logDays: number;
}

/** Valkey on ElastiCache, of which a copy in another zone takes over. Nothing in it is lost that is not elsewhere. */
export class Cache extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly password: GeneratedSecret;
  /** Without the password. Its certificate is by an authority that every system knows. */
  readonly url: string;

  constructor(scope: Construct, id: string, { vpc, key, nodeType, logDays }: CacheProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false });
    this.password = new GeneratedSecret(this, 'Password', { key, description: 'Of the cache' });
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: 'Without a way out',
      subnetIds: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds,
    });
    const parameters = new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: 'As docker-compose.yml has it',
      properties: { 'maxmemory-policy': 'allkeys-lru' },
    });
    const log = createLogGroup(this, 'Log', { key, days: logDays });
    const cluster = new CfnReplicationGroup(this, 'Cluster', {
      replicationGroupDescription: 'Reports that were asked for, and counts of limits',
      engine: 'valkey',
      engineVersion: '8.1',
      cacheNodeType: nodeType,
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      cacheSubnetGroupName: subnets.ref,
      cacheParameterGroupName: parameters.ref,
      securityGroupIds: [this.securityGroup.securityGroupId],
      port: 6379,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyArn,
      // CloudFormation looks it up; the template has but its name.
      authToken: this.password.secretValue.unsafeUnwrap(),
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: ['slow-log', 'engine-log'].map((logType) => ({
        logType,
        logFormat: 'json',
        destinationType: 'cloudwatch-logs',
        destinationDetails: { cloudWatchLogsDetails: { logGroup: log.logGroupName } },
      })),
    });
    this.url = `rediss://${cluster.attrPrimaryEndPointAddress}:6379`;
    acknowledge(cluster, {
      'AwsSolutions-AEC5': 'Only security groups of this stack reach the port.',
    });
  }

  allowFrom(securityGroup: ISecurityGroup): void {
    this.securityGroup.connections.allowFrom(securityGroup, Port.tcp(6379), 'The program');
  }
}
