import { type ISecurityGroup, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-ecs';
import { type ISecret, Secret as StoredSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EcsSettings } from './settings.ts';

/** How a process reaches Temporal. */
export interface TemporalConnection {
  variables: Record<string, string> & { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string };
  secrets: Record<string, Secret>;
  /** Files that certificates are read from, and the variables among `secrets` that they come in. */
  files: Record<string, string>;
  allowFrom(securityGroup: ISecurityGroup): void;
}

/** What a process needs to show a certificate of its own, which is in a secret as JSON. */
export function clientCertificate(secret: ISecret) {
  return {
    variables: {
      TEMPORAL_TLS: 'true',
      TEMPORAL_CERT_FILE: '/tmp/temporal-certificate.pem',
      TEMPORAL_KEY_FILE: '/tmp/temporal-key.pem',
    },
    secrets: {
      TEMPORAL_CERT_PEM: Secret.fromSecretsManager(secret, 'certificate'),
      TEMPORAL_KEY_PEM: Secret.fromSecretsManager(secret, 'key'),
    },
    files: {
      '/tmp/temporal-certificate.pem': 'TEMPORAL_CERT_PEM',
      '/tmp/temporal-key.pem': 'TEMPORAL_KEY_PEM',
    },
  };
}

type Cloud = Extract<EcsSettings['temporal'], { kind: 'cloud' }>;

/** Temporal Cloud, whose certificate is by an authority that every system knows. */
export function connectToCloud(scope: Construct, settings: Cloud): TemporalConnection {
  const secret = StoredSecret.fromSecretNameV2(scope, 'TemporalCloud', settings.secretName);
  const credentials =
    settings.authentication === 'certificate'
      ? clientCertificate(secret)
      : {
          variables: { TEMPORAL_TLS: 'true' },
          secrets: { TEMPORAL_API_KEY: Secret.fromSecretsManager(secret) },
          files: {},
        };
  return {
    ...credentials,
    variables: {
      ...credentials.variables,
      TEMPORAL_ADDRESS: settings.address,
      TEMPORAL_NAMESPACE: settings.namespace,
      TEMPORAL_UI_URL: settings.uiUrl,
    },
    allowFrom(group) {
      const port = Number(settings.address.split(':')[1]);
      group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'Temporal Cloud');
    },
  };
}
