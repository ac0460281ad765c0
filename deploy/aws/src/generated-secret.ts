import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * A secret that Secrets Manager makes up, so that nobody has ever seen it: letters and digits, which mean nothing
 * special in a URL, a shell or a file of settings, with more than 250 bits.
 */
export class GeneratedSecret extends Secret {
  constructor(scope: Construct, id: string, props: { key: IKey; description: string }) {
    super(scope, id, {
      description: props.description,
      encryptionKey: props.key,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      // What it opens is kept as well.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    acknowledge(this, {
      'AwsSolutions-SMG4':
        'Processes read it when they start, so another value is given together with a restart (docs/deployment.md).',
    });
  }
}
