import type { Duration } from 'aws-cdk-lib';
import { type SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AvailabilityZoneRebalancing,
  type Cluster,
  FargateService,
  type FargateTaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

interface ServiceProps {
  cluster: Cluster;
  task: FargateTaskDefinition;
  securityGroup: SecurityGroup;
  /** Of a service that is not scaled by itself. */
  desiredCount?: number;
  /** How long a task behind the load balancer may take to become healthy. */
  healthCheckGracePeriod?: Duration;
}

/**
 * A service whose new tasks start before the old ones end, in several zones. Where new tasks don't become healthy, it goes
 * back to the old ones, and the deployment fails. Nobody gets a shell in a task.
 */
export function createService(
  scope: Construct,
  { task, securityGroup, ...props }: ServiceProps,
): FargateService {
  const service = new FargateService(scope, 'Service', {
    ...props,
    taskDefinition: task,
    securityGroups: [securityGroup],
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    assignPublicIp: false,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    availabilityZoneRebalancing: AvailabilityZoneRebalancing.ENABLED,
    enableExecuteCommand: false,
    enableECSManagedTags: true,
  });
  // With its rules, without which tasks reach nothing.
  service.node.addDependency(securityGroup);
  return service;
}
