import {
  DefaultStackSynthesizer,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import {
  OidcProviderNative,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import {
  copyRepositories,
  imageRepositories,
  machineTag,
  signingKeyAlias,
  simpleReleaseDocument,
} from './release-access.ts';
import type { PipelineSettings } from './settings.ts';

interface PipelineStackProps extends StackProps {
  settings: PipelineSettings;
}

const signingIn = 'Signing in to the registry can be granted for all resources only.';
const issuer = 'token.actions.githubusercontent.com';

/**
 * What .github/workflows/release.yml needs of an account: registries for the images, a key that signs them, and roles that
 * it takes by OIDC, so that no key of AWS is stored at GitHub.
 */
export class PipelineStack extends Stack {
  readonly #provider: OidcProviderNative;
  readonly #gitHubRepository: string;

  constructor(scope: Construct, id: string, { settings, ...props }: PipelineStackProps) {
    super(scope, id, props);
    this.#gitHubRepository = settings.gitHubRepository;
    this.#provider = new OidcProviderNative(this, 'GitHub', {
      url: `https://${issuer}`,
      clientIds: ['sts.amazonaws.com'],
    });
    const repositories = imageRepositories.map((name) => this.#createRepository(name));
    for (const name of copyRepositories) this.#createRepository(name);
    const signingKey = new Key(this, 'SigningKey', {
      description: 'Signs the images of Tallyflow that were tested and scanned',
      alias: signingKeyAlias,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    // Only a tag that names a release gets to build.
    const build = this.#createRole('Build', 'ref:refs/tags/v*');
    for (const repository of repositories) repository.grantPullPush(build);
    acknowledge(build, { 'AwsSolutions-IAM5[Resource::*]': signingIn });
    signingKey.grant(build, 'kms:Sign', 'kms:GetPublicKey', 'kms:DescribeKey');

    for (const environment of settings.environments) {
      // The rules of the environment at GitHub say who approves, and from where.
      const role = this.#createRole(`Deploy-${environment}`, `environment:${environment}`);
      for (const repository of repositories) repository.grantPull(role);
      signingKey.grant(role, 'kms:GetPublicKey', 'kms:DescribeKey', 'kms:Verify');
      this.#grantDeployment(role);
    }
  }

  #createRepository(name: string): Repository {
    return new Repository(this, name, {
      repositoryName: name,
      encryption: RepositoryEncryption.KMS,
      imageTagMutability: TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [
        {
          description: 'Builds that were not released',
          tagStatus: TagStatus.UNTAGGED,
          maxImageAge: Duration.days(14),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #createRole(name: string, subject: string): Role {
    return new Role(this, name, {
      roleName: `tallyflow-${name.toLowerCase()}`,
      assumedBy: new WebIdentityPrincipal(this.#provider.oidcProviderArn, {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${issuer}:sub`]: `repo:${this.#gitHubRepository}:${subject}` },
      }),
      maxSessionDuration: Duration.hours(1),
    });
  }

  #grantDeployment(role: Role): void {
    const { account, region } = this;
    const to = (actions: string[], resources: string[], conditions?: Record<string, object>) =>
      role.addToPolicy(
        new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }),
      );
    // The roles of "cdk bootstrap" may do what CloudFormation does. ECS is deployed by them.
    const roles = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];
    const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    to(
      ['sts:AssumeRole'],
      roles.map(
        (name) => `arn:aws:iam::${account}:role/cdk-${qualifier}-${name}-role-${account}-${region}`,
      ),
    );
    // One command, on one machine: the simple way.
    to(['ssm:SendCommand'], [`arn:aws:ssm:${region}:${account}:document/${simpleReleaseDocument}`]);
    to(['ssm:SendCommand'], [`arn:aws:ec2:${region}:${account}:instance/*`], {
      StringEquals: { [`ssm:resourceTag/${machineTag.key}`]: machineTag.value },
    });
    to(['ssm:GetCommandInvocation', 'ec2:DescribeInstances'], ['*']);
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': `${signingIn} So can the result of a command, and the list of machines.`,
      [`AwsSolutions-IAM5[Resource::arn:aws:ec2:${region}:${account}:instance/*]`]:
        'Only for machines with the tag of the simple rollout; their ids change.',
    });
  }
}
