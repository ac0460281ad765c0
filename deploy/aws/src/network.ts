import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { createLogGroup } from './create-log-group.ts';

const addresses = '10.60.0.0/16';

interface NetworkProps {
  natGateways: number;
  /** Services of AWS that are reached without leaving the network, by the names of their endpoints. */
  endpoints: Record<string, InterfaceVpcEndpointAwsService>;
  key: IKey;
  logDays: number;
}

/** What a task of ECS needs of AWS while it starts and runs. */
export const taskEndpoints: Record<string, InterfaceVpcEndpointAwsService> = {
  Images: InterfaceVpcEndpointAwsService.ECR_DOCKER,
  ImageApi: InterfaceVpcEndpointAwsService.ECR,
  Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Secrets: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  Keys: InterfaceVpcEndpointAwsService.KMS,
  Traces: InterfaceVpcEndpointAwsService.XRAY,
};

/**
 * A network with three kinds of subnets: public ones hold the load balancer and nothing else, private ones what runs,
 * and isolated ones, which no route leaves, what holds data.
 */
export class Network extends Construct {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(addresses),
      // Three brokers of Kafka want one each; the rest needs two.
      maxAzs: 3,
      natGateways: props.natGateways,
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
        { name: 'data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });
    // Layers of images come from S3. This endpoint costs nothing.
    this.vpc.addGatewayEndpoint('Storage', { service: GatewayVpcEndpointAwsService.S3 });
    if (Object.keys(props.endpoints).length > 0) this.addEndpoints(props.endpoints);
    this.vpc.addFlowLog('Flows', {
      trafficType: FlowLogTrafficType.ALL,
      destination: FlowLogDestination.toCloudWatchLogs(
        createLogGroup(this, 'FlowLog', { key: props.key, days: props.logDays }),
      ),
    });
  }
  private addEndpoints(endpoints: Record<string, InterfaceVpcEndpointAwsService>): void {
    const securityGroup = new SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc,
      description: 'Endpoints of AWS services',
      allowAllOutbound: false,
    });
    securityGroup.addIngressRule(Peer.ipv4(addresses), Port.HTTPS, 'From inside the network');
    for (const [name, service] of Object.entries(endpoints))
      this.vpc.addInterfaceEndpoint(name, {
        service,
        privateDnsEnabled: true,
        securityGroups: [securityGroup],
        open: false,
      });
  }
}
