import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  type ISecurityGroup,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  DesyncMitigationMode,
  type IApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

interface LoadBalancerProps {
  vpc: Vpc;
  certificateArn: string;
  logDays: number;
}

/**
 * Longer than the 60 s after which the API cuts a connection on which nothing moves, so that the API decides, and
 * shorter than the 75 s for which it keeps one that is not used, so that no request comes on one that it is closing. Event
 * streams send a sign of life every 15 s. A test compares these.
 */
export const idleTimeout = Duration.seconds(70);

/** The only thing that the internet reaches. It speaks HTTPS, and writes down each request. */
export class LoadBalancer extends Construct {
  readonly balancer: ApplicationLoadBalancer;
  readonly listener: ApplicationListener;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { vpc, certificateArn, logDays }: LoadBalancerProps) {
    super(scope, id);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false });
    this.securityGroup.addIngressRule(Peer.anyIpv4(), Port.HTTPS, 'Browsers and clients');
    this.balancer = new ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      internetFacing: true,
      securityGroup: this.securityGroup,
      idleTimeout,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: DesyncMitigationMode.STRICTEST,
    });
    this.balancer.logAccessLogs(this.#createBucket(logDays));
    this.listener = this.balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      certificates: [Certificate.fromCertificateArn(this, 'Certificate', certificateArn)],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      // The rule for it is above, and no listener opens more.
      open: false,
      defaultAction: ListenerAction.fixedResponse(404, { contentType: 'text/plain' }),
    });
    acknowledge(this.securityGroup, {
      'AwsSolutions-EC23':
        'The load balancer is what the internet is meant to reach, on this port only.',
    });
  }

  /** Whatever is asked of the name that has no other rule. Other names, and addresses, get a 404. */
  forwardToApi(domainName: string, targets: IApplicationTargetGroup): void {
    this.listener.addAction('Api', {
      priority: 1000,
      conditions: [ListenerCondition.hostHeaders([domainName])],
      action: ListenerAction.forward([targets]),
    });
  }

  /** Batches that clients send, and nothing else of what they ask. */
  forwardBatches(domainName: string, targets: IApplicationTargetGroup): void {
    this.listener.addAction('Batches', {
      priority: 500,
      conditions: [
        ListenerCondition.hostHeaders([domainName]),
        ListenerCondition.httpRequestMethods(['POST']),
        ListenerCondition.pathPatterns([
          '/api/integrations/transactions',
          '/api/integrations/transactions/',
        ]),
      ],
      action: ListenerAction.forward([targets]),
    });
  }

  allowTo(securityGroup: ISecurityGroup, port: number): void {
    this.securityGroup.addEgressRule(securityGroup, Port.tcp(port));
    securityGroup.connections.allowFrom(this.securityGroup, Port.tcp(port), 'The load balancer');
  }

  #createBucket(days: number): Bucket {
    const bucket = new Bucket(this, 'Requests', {
      // The only encryption that load balancers can write with.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(days) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, {
      'AwsSolutions-S1': 'It holds logs itself; a log of who reads them is what CloudTrail is for.',
    });
    return bucket;
  }
}
