import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EncryptionKey } from './encryption-key.ts';
import { Network, taskEndpoints } from './network.ts';
import type { EcsSettings } from './settings.ts';

interface EcsStackProps extends StackProps {
  settings: EcsSettings;
}

/** Everything that Tallyflow needs, as services of ECS on Fargate. */
export class EcsStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: EcsStackProps) {
    super(scope, id, props);
    const key = new EncryptionKey(this, 'Key', 'What Tallyflow stores');
    new Network(this, 'Network', {
      natGateways: settings.natGateways,
      endpoints: taskEndpoints,
      key,
      logDays: settings.logDays,
    });
  }
}
