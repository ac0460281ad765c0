import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
} from 'aws-cdk-lib/aws-cognito';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AuthenticateCognitoAction } from 'aws-cdk-lib/aws-elasticloadbalancingv2-actions';
import { Construct } from 'constructs';
import { createSecurityGroup } from './create-security-group.ts';
import { createService } from './create-service.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Foundation } from './program.ts';
import { ProgramTask } from './program-task.ts';
import { type OwnTemporal, type TemporalServer, temporalHost } from './temporal-server.ts';
import { writeFiles } from './write-files.ts';

interface TemporalUiProps {
  foundation: Foundation;
  settings: OwnTemporal;
  temporal: TemporalServer;
  loadBalancer: LoadBalancer;
}

const port = 8080;

/** Temporal's UI, which shows and ends workflows, and asks nobody who they are. So the load balancer does. */
export class TemporalUi extends Construct {
  readonly service: FargateService;

  constructor(scope: Construct, id: string, props: TemporalUiProps) {
    super(scope, id);
    const { foundation, settings, temporal, loadBalancer } = props;
    const { vpc } = foundation;
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    temporal.connection.allowFrom(securityGroup);
    this.service = createService(this, {
      cluster: foundation.cluster,
      task: this.#createTask(props),
      securityGroup,
      desiredCount: 1,
      healthCheckGracePeriod: Duration.minutes(1),
    });
    this.service.node.addDependency(temporal.setup);
    const targets = new ApplicationTargetGroup(this, 'Targets', {
      vpc,
      port,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      targets: [this.service.loadBalancerTarget({ containerName: 'Program', containerPort: port })],
      healthCheck: { path: '/healthz' },
      deregistrationDelay: Duration.seconds(10),
    });
    loadBalancer.listener.addAction('TemporalUi', {
      priority: 100,
      conditions: [ListenerCondition.hostHeaders([settings.uiDomainName])],
      action: this.#authenticate(settings, ListenerAction.forward([targets])),
    });
    loadBalancer.allowTo(securityGroup, port);
  }

  #createTask({ foundation, settings, temporal }: TemporalUiProps): ProgramTask {
    const { variables, secrets, files } = temporal.connection;
    return new ProgramTask(this, 'Task', {
      image: settings.uiImage,
      entryPoint: writeFiles(files, ['./start-ui-server.sh']),
      cpu: 512,
      memoryMib: 1024,
      environment: {
        TEMPORAL_ADDRESS: variables.TEMPORAL_ADDRESS,
        TEMPORAL_DEFAULT_NAMESPACE: variables.TEMPORAL_NAMESPACE,
        TEMPORAL_CORS_ORIGINS: `https://${settings.uiDomainName}`,
        TEMPORAL_TLS_CA: variables.TEMPORAL_CA_FILE ?? '',
        TEMPORAL_TLS_CERT: variables.TEMPORAL_CERT_FILE ?? '',
        TEMPORAL_TLS_KEY: variables.TEMPORAL_KEY_FILE ?? '',
        TEMPORAL_TLS_ENABLE_HOST_VERIFICATION: 'true',
        TEMPORAL_TLS_SERVER_NAME: temporalHost,
      },
      secrets,
      key: foundation.key,
      logDays: foundation.settings.logDays,
      port,
      stopTimeout: Duration.seconds(10),
      // It writes its configuration when it starts.
      isWritable: true,
    });
  }

  /** Users are made by an administrator of the account, and have a second factor. */
  #authenticate(settings: OwnTemporal, next: ListenerAction): ListenerAction {
    const userPool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const userPoolClient = userPool.addClient('LoadBalancer', {
      generateSecret: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`https://${settings.uiDomainName}/oauth2/idpresponse`],
      },
      preventUserExistenceErrors: true,
    });
    const userPoolDomain = userPool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: settings.signInPrefix },
    });
    return new AuthenticateCognitoAction({
      userPool,
      userPoolClient,
      userPoolDomain,
      next,
      sessionTimeout: Duration.hours(8),
    });
  }
}
