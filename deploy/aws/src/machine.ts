import { readFileSync } from 'node:fs';
import { Duration, Lazy, Stack, Tags } from 'aws-cdk-lib';
import {
  AutoScalingGroup,
  type CfnAutoScalingGroup,
  HealthChecks,
  UpdatePolicy,
} from 'aws-cdk-lib/aws-autoscaling';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  MachineImage,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  UserData,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { machineTag } from './release-access.ts';

interface MachineProps {
  vpc: Vpc;
  instanceType: string;
  diskGib: number;
  /** What /etc/tallyflow/settings and /etc/tallyflow/environment hold. Anybody on the machine may read them. */
  settings: Record<string, string>;
  environment: Record<string, string>;
}

/**
 * For Session Manager, in place of SSH, and for commands. AmazonSSMManagedInstanceCore, the policy of AWS, also lets a machine
 * read every parameter of the account.
 */
const agent = new PolicyStatement({
  actions: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'ec2messages:AcknowledgeMessage',
    'ec2messages:DeleteMessage',
    'ec2messages:FailMessage',
    'ec2messages:GetEndpoint',
    'ec2messages:GetMessages',
    'ec2messages:SendReply',
  ],
  resources: ['*'],
});

const simple = new URL('../simple/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, simple), 'utf8');

/** As a command that writes a file. */
const writeFile = (file: string, text: string): string =>
  `cat >${file} <<'END_OF_FILE'\n${text.trimEnd()}\nEND_OF_FILE`;

const writeVariables = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/**
 * One machine, and another in its place when it is gone or fails AWS's checks, in another availability zone if need be.
 * There are never two at once: they would be two clusters of Temporal on one database. Everything that must not get lost is
 * in the database.
 */
export class Machine extends Construct {
  readonly role: Role;
  readonly securityGroup: SecurityGroup;
  readonly group: AutoScalingGroup;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { vpc } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      inlinePolicies: { SystemsManager: new PolicyDocument({ statements: [agent] }) },
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudformation:SignalResource'],
        resources: [Stack.of(this).stackId],
      }),
    );
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'What the agent of Systems Manager does can be granted for all resources only.',
    });
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', { vpc, allowAllOutbound: false });
    this.securityGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.HTTPS,
      'AWS, registries of images, and what the settings name',
    );
    const template = new LaunchTemplate(this, 'Template', {
      // The newest one whenever a machine starts. A parameter of the template would fix it until the next deployment.
      machineImage: MachineImage.resolveSsmParameterAtLaunch(
        '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
      ),
      instanceType: new InstanceType(props.instanceType),
      role: this.role,
      securityGroup: this.securityGroup,
      userData: this.#createUserData(props),
      httpTokens: LaunchTemplateHttpTokens.REQUIRED,
      // Containers are one hop further, so that none can take the role of the machine.
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          // With the account's key for disks: a key of ours would have to trust Auto Scaling.
          volume: BlockDeviceVolume.ebs(props.diskGib, {
            encrypted: true,
            volumeType: EbsDeviceVolumeType.GP3,
          }),
        },
      ],
    });
    this.group = new AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: template,
      minCapacity: 1,
      maxCapacity: 1,
      healthChecks: HealthChecks.ec2(),
      // A deployment that replaces the machine ends once the new one has told that Tallyflow runs on it, and goes back where it
      // does not. The first one does not wait: there is no image yet.
      updatePolicy: UpdatePolicy.rollingUpdate({
        minInstancesInService: 0,
        waitOnResourceSignals: true,
        pauseTime: Duration.hours(1),
      }),
    });
    const group = this.group.node.defaultChild as CfnAutoScalingGroup;
    // The old machine goes before the new one comes.
    group.instanceMaintenancePolicy = { minHealthyPercentage: 0, maxHealthyPercentage: 100 };
    acknowledge(this.group, {
      'AwsSolutions-AS3':
        'An alarm says when the API is away. That a machine was replaced in time is no news.',
    });
    Tags.of(this.group).add(machineTag.key, machineTag.value);
  }

  #createUserData({ settings, environment }: MachineProps): UserData {
    const stack = Stack.of(this);
    const userData = UserData.forLinux();
    const programs = ['install-docker', 'fetch-release', 'start-release'].map((name) => [
      writeFile(`/usr/local/bin/${name}`, read(name)),
      `chmod 755 /usr/local/bin/${name}`,
    ]);
    userData.addCommands(
      'set -euo pipefail',
      'mkdir -p /etc/tallyflow /var/lib/tallyflow/releases',
      writeFile(
        '/etc/tallyflow/settings',
        writeVariables({
          AWS_REGION: stack.region,
          STACK_NAME: stack.stackName,
          GROUP_ID: Lazy.string({
            produce: () => (this.group.node.defaultChild as CfnAutoScalingGroup).logicalId,
          }),
          ...settings,
        }),
      ),
      writeFile('/etc/tallyflow/environment', writeVariables(environment)),
      ...programs.flat(),
      read('user-data.sh'),
    );
    return userData;
  }
}
