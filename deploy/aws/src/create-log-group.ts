import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

interface LogGroupProps {
  key: IKey;
  days: number;
  name?: string;
}

/**
 * A group of logs that is encrypted, ends after some days, and outlives its stack: it may tell why the stack went. Where
 * its creation is undone it goes, since its name would stand in the way of the next try.
 */
export const createLogGroup = (scope: Construct, id: string, { key, days, name }: LogGroupProps) =>
  new LogGroup(scope, id, {
    encryptionKey: key,
    retention: days as RetentionDays,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(name !== undefined && { logGroupName: name }),
  });
