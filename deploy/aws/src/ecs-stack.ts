import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Database } from './database.ts';
import { EncryptionKey } from './encryption-key.ts';
import { Firewall } from './firewall.ts';
import { LoadBalancer } from './load-balancer.ts';
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
    const { logDays } = settings;
    const { vpc } = new Network(this, 'Network', {
      natGateways: settings.natGateways,
      endpoints: taskEndpoints,
      key,
      logDays,
    });
    new AlarmTopic(this, 'Alarms', { key, email: settings.alarmEmail });
    new Database(this, 'Database', {
      vpc,
      key,
      logDays,
      settings: settings.database,
      databaseName: 'tallyflow',
      owner: 'tallyflow',
      rotatesOwner: true,
    });
    const { balancer } = new LoadBalancer(this, 'LoadBalancer', {
      vpc,
      logDays,
      certificateArn: settings.certificateArn,
    });
    new Firewall(this, 'Firewall', { balancer, key, logDays });
  }
}
