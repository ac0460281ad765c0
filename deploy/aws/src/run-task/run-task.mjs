/**
 * The two halves of running a task of ECS to its end while CloudFormation waits: the first starts it, the second is asked
 * again and again whether it has ended.
 *
 * @typedef {{ describeStacks(input: object): Promise<{ Stacks?: { StackStatus?: string }[] }> }} CloudFormation
 * @typedef {{
 *   runTask(input: object): Promise<{ tasks?: { taskArn?: string }[], failures?: { reason?: string }[] }>,
 *   describeTasks(input: object): Promise<{ tasks?: Task[] }>,
 * }} Ecs
 * @typedef {{ lastStatus?: string, stoppedReason?: string, containers?: { name?: string, exitCode?: number, reason?: string }[] }} Task
 * @typedef {{
 *   RequestType: string, RequestId: string, StackId: string, LogicalResourceId: string, PhysicalResourceId?: string,
 *   ResourceProperties: { cluster: string, taskDefinition: string, subnets: string[], securityGroups: string[], isSkipped?: string },
 *   Data?: { taskArn?: string },
 * }} Event
 */

/**
 * Starts the task, unless the stack goes back to what it was: the task of the former release would find what the newer one
 * has done, and fail, and then the stack could go nowhere. What a release changes, the one before it can live with.
 *
 * @param {Event} event
 * @param {{ ecs: Ecs, cloudFormation: CloudFormation }} clients
 */
export async function start(event, { ecs, cloudFormation }) {
  const resource = { PhysicalResourceId: event.PhysicalResourceId ?? event.LogicalResourceId };
  if (event.RequestType === 'Delete' || event.ResourceProperties.isSkipped === 'true')
    return resource;
  const { Stacks = [] } = await cloudFormation.describeStacks({ StackName: event.StackId });
  if (Stacks[0]?.StackStatus?.includes('ROLLBACK')) return resource;
  const { cluster, taskDefinition, subnets, securityGroups } = event.ResourceProperties;
  const { tasks = [], failures = [] } = await ecs.runTask({
    cluster,
    taskDefinition,
    count: 1,
    launchType: 'FARGATE',
    // The same request may arrive twice.
    clientToken: event.RequestId,
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: 'DISABLED' },
    },
  });
  const taskArn = tasks[0]?.taskArn;
  if (taskArn === undefined)
    throw new Error(`The task could not be started: ${failures[0]?.reason ?? 'no reason given'}`);
  return { ...resource, Data: { taskArn } };
}

/**
 * Whether the task has ended. Throws where it ended with another status than 0, or never ran.
 *
 * @param {Event} event
 * @param {{ ecs: Ecs }} clients
 */
export async function isComplete(event, { ecs }) {
  const taskArn = event.Data?.taskArn;
  if (taskArn === undefined) return { IsComplete: true };
  const { cluster } = event.ResourceProperties;
  const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: [taskArn] });
  const task = tasks[0];
  // A task that was just started may not be known yet.
  if (task?.lastStatus !== 'STOPPED') return { IsComplete: false };
  const program = task.containers?.find(({ name }) => name === 'Program');
  if (program?.exitCode === 0) return { IsComplete: true };
  const end =
    program?.exitCode === undefined
      ? `never ran: ${program?.reason ?? task.stoppedReason ?? 'no reason given'}`
      : `ended with status ${program.exitCode}`;
  throw new Error(`The task ${end}. Its log tells more: ${taskArn}`);
}
