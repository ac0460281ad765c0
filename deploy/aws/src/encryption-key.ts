import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * The key that encrypts what is stored: databases, logs, secrets, messages. AWS replaces its material once a year. It
 * is kept when the stack goes, since nobody could read a backup without it.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, description: string) {
    super(scope, id, {
      description,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, region } = Stack.of(this);
    const logs = new ServicePrincipal(`logs.${region}.amazonaws.com`);
    // Only for groups of logs of this account.
    this.grantEncryptDecrypt(
      logs.withConditions({
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*`,
        },
      }),
    );
    // Alarms are published to an encrypted topic.
    this.grantEncryptDecrypt(
      new ServicePrincipal('cloudwatch.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': account },
      }),
    );
  }
}
