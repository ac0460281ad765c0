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
const releaseTag = 'ref:refs/tags/v*';

interface RoleOptions {
  /** Besides the subject. */
  claims?: Record<string, string>;
  maxSessionDuration?: Duration;
}

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

    // Only a tag that names a release gets to build. What runs there is also the code of packages and of scanners, so it cannot
    // sign.
    const build = this.#createRole('Build', releaseTag);
    // Signs what was built, in a job of its own, whose environment admits such tags alone.
    const publish = this.#createRole('Publish', 'environment:release', {
      claims: { [`${issuer}:ref`]: releaseTag.slice('ref:'.length) },
    });
    for (const role of [build, publish]) {
      for (const repository of repositories) repository.grantPullPush(role);
      acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': signingIn });
    }
    signingKey.grant(publish, 'kms:Sign', 'kms:GetPublicKey', 'kms:DescribeKey');

    for (const [environment, way] of Object.entries(settings.environments)) {
      // The rules of the environment at GitHub say who approves, and from where.
      const role = this.#createRole(`Deploy-${environment}`, `environment:${environment}`, {
        // A deployment waits for an hour of migrations, and for the services after them.
        maxSessionDuration: Duration.hours(2),
      });
      for (const repository of repositories) repository.grantPull(role);
      signingKey.grant(role, 'kms:GetPublicKey', 'kms:DescribeKey', 'kms:Verify');
      if (way === 'simple') this.#grantRelease(role);
      else this.#grantStacks(role);
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

  #createRole(
    name: string,
    subject: string,
    { claims = {}, maxSessionDuration = Duration.hours(1) }: RoleOptions = {},
  ): Role {
    return new Role(this, name, {
      roleName: `tallyflow-${name.toLowerCase()}`,
      assumedBy: new WebIdentityPrincipal(this.#provider.oidcProviderArn, {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        StringLike: { [`${issuer}:sub`]: `repo:${this.#gitHubRepository}:${subject}`, ...claims },
      }),
      maxSessionDuration,
    });
  }

  /** One command, on one machine. */
  #grantRelease(role: Role): void {
    const { account, region } = this;
    const machines = `arn:aws:ec2:${region}:${account}:instance/*`;
    const document = `arn:aws:ssm:${region}:${account}:document/${simpleReleaseDocument}`;
    role.addToPolicy(new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [document] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:SendCommand'],
        resources: [machines],
        conditions: {
          StringEquals: { [`ssm:resourceTag/${machineTag.key}`]: machineTag.value },
        },
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:GetCommandInvocation', 'ec2:DescribeInstances'],
        resources: ['*'],
      }),
    );
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': `${signingIn} So can the result of a command, and the list of machines.`,
      [`AwsSolutions-IAM5[Resource::${machines}]`]:
        'Only for machines with the tag of the simple rollout; their ids change.',
    });
  }

  /** What CloudFormation may do: by the roles of "cdk bootstrap", an administrator unless it was told otherwise. */
  #grantStacks(role: Role): void {
    const { account, region } = this;
    const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
          (name) =>
            `arn:aws:iam::${account}:role/cdk-${qualifier}-${name}-role-${account}-${region}`,
        ),
      }),
    );
    acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': signingIn });
  }
}
