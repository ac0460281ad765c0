import { Peer, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Of processes. They reach AWS, and what the settings name, on the port of HTTPS, and what lets them in. */
export function createSecurityGroup(scope: Construct, id: string, vpc: Vpc): SecurityGroup {
  const securityGroup = new SecurityGroup(scope, id, { vpc, allowAllOutbound: false });
  securityGroup.addEgressRule(Peer.anyIpv4(), Port.HTTPS, 'AWS, and what the settings name');
  return securityGroup;
}
