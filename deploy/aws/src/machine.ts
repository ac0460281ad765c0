import { readFileSync } from 'node:fs';
import { Stack, Tags } from 'aws-cdk-lib';
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
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
      // For Session Manager, in place of SSH, and for commands.
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
    });
    acknowledge(this.role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]':
        'The policy of AWS for its agent of Session Manager, which it keeps in step with the agent.',
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
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 0 }),
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
    const userData = UserData.forLinux();
    const programs = ['fetch-release', 'start-release'].map((name) => [
      writeFile(`/usr/local/bin/${name}`, read(name)),
      `chmod 755 /usr/local/bin/${name}`,
    ]);
    userData.addCommands(
      'set -euo pipefail',
      'mkdir -p /etc/tallyflow /var/lib/tallyflow/releases',
      writeFile(
        '/etc/tallyflow/settings',
        writeVariables({ AWS_REGION: Stack.of(this).region, ...settings }),
      ),
      writeFile('/etc/tallyflow/environment', writeVariables(environment)),
      ...programs.flat(),
      read('user-data.sh'),
    );
    return userData;
  }
}
