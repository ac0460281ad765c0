import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Where alarms go: by mail first, and wherever else somebody subscribes, such as a pager. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { key, email }: { key: IKey; email: string }) {
    super(scope, id, { masterKey: key, enforceSSL: true, displayName: 'Tallyflow' });
    // A policy takes the place of SNS's own, which would let alarms of this account publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.addSubscription(new EmailSubscription(email));
  }
}
