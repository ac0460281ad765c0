import path from 'node:path';
import { type CfnElement, CustomResource, Duration, Stack, Validations } from 'aws-cdk-lib';
import { type ISecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { createLogGroup } from './create-log-group.ts';
import type { ProgramTask } from './program-task.ts';

interface TaskRunProps {
  vpc: Vpc;
  cluster: ICluster;
  task: ProgramTask;
  securityGroup: ISecurityGroup;
  key: IKey;
  logDays: number;
  /** The task is not run this time. */
  isSkipped?: boolean;
}

/** The longest that CloudFormation waits for a resource like this. */
const timeout = Duration.hours(1);

/**
 * Runs a task to its end each time that its definition has changed. What depends on this changes after that, and not at
 * all where the task failed: the deployment fails then, and goes back.
 */
export class TaskRun extends Construct {
  constructor(scope: Construct, id: string, props: TaskRunProps) {
    super(scope, id);
    const { vpc, cluster, task } = props;
    const run = (name: string, handler: string) =>
      new LambdaFunction(this, name, {
        runtime: Runtime.NODEJS_24_X,
        code: Code.fromAsset(path.join(import.meta.dirname, 'run-task'), { exclude: ['*.ts'] }),
        handler: `index.${handler}`,
        timeout: Duration.minutes(1),
        logGroup: createLogGroup(this, `${name}Log`, { key: props.key, days: props.logDays }),
      });
    const start = run('Start', 'onStart');
    const wait = run('Wait', 'onWait');
    this.#allow(start, wait, props);
    const provider = new Provider(this, 'Provider', {
      onEventHandler: start,
      isCompleteHandler: wait,
      queryInterval: Duration.seconds(10),
      totalTimeout: timeout,
      logGroup: createLogGroup(this, 'ProviderLog', { key: props.key, days: props.logDays }),
    });
    const resource = new CustomResource(this, 'Run', {
      serviceToken: provider.serviceToken,
      serviceTimeout: timeout,
      properties: {
        cluster: cluster.clusterArn,
        taskDefinition: task.taskDefinitionArn,
        subnets: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
        securityGroups: [props.securityGroup.securityGroupId],
        isSkipped: String(props.isSkipped === true),
      },
    });
    // The task has to be able to do all that it may before it runs.
    resource.node.addDependency(task, start, wait, vpc, props.securityGroup);
    Validations.of(resource).acknowledge({
      id: 'CloudFormation-Validate::W9003',
      reason: 'CDK writes the number of seconds as a text.',
    });
    this.#acknowledge(cluster);
  }

  #acknowledge(cluster: ICluster): void {
    const stack = Stack.of(this);
    const nameOf = (construct: IConstruct) => stack.getLogicalId(construct as CfnElement);
    const functions = this.node.findAll().filter((child) => child instanceof CfnFunction);
    const tasks = `arn:aws:ecs:${stack.region}:${stack.account}:task/<${nameOf(cluster.node.defaultChild as IConstruct)}>/*`;
    acknowledge(this, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
        'It lets functions write their own logs.',
      [`AwsSolutions-IAM5[Resource::${tasks}]`]: 'ECS names tasks only once they run.',
      ...Object.fromEntries(
        functions.map((child) => [
          `AwsSolutions-IAM5[Resource::<${nameOf(child)}.Arn>:*]`,
          'The framework of CDK may call any version of these functions.',
        ]),
      ),
      'AwsSolutions-L1':
        'The framework of CDK brings the version of Node.js that it was tested with.',
      'AwsSolutions-SF1': 'The log of each function tells what the steps did.',
      'AwsSolutions-SF2': 'The log of each function tells what the steps did.',
    });
  }

  #allow(start: LambdaFunction, wait: LambdaFunction, { cluster, task }: TaskRunProps): void {
    const stack = Stack.of(this);
    start.addToRolePolicy(
      new PolicyStatement({
        actions: ['ecs:RunTask'],
        resources: [task.taskDefinitionArn],
        conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
      }),
    );
    start.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [task.taskRole.roleArn, task.obtainExecutionRole().roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
    );
    start.addToRolePolicy(
      new PolicyStatement({
        actions: ['cloudformation:DescribeStacks'],
        resources: [stack.stackId],
      }),
    );
    wait.addToRolePolicy(
      new PolicyStatement({
        actions: ['ecs:DescribeTasks'],
        resources: [
          stack.formatArn({
            service: 'ecs',
            resource: 'task',
            resourceName: `${cluster.clusterName}/*`,
          }),
        ],
      }),
    );
  }
}
