import { describe, expect, it } from '@jest/globals';
import { isComplete, start } from './run-task.mjs';

const event = {
  RequestType: 'Update',
  RequestId: '5a1f9d1c-0000-0000-0000-000000000000',
  StackId: 'stack',
  LogicalResourceId: 'Migration',
  ResourceProperties: {
    cluster: 'cluster',
    taskDefinition: 'migrate:7',
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
  },
};

/** Answers as AWS does, and remembers what it was told to run. */
function pretend(answers: { status?: string; run?: object; task?: object } = {}) {
  const runs: Record<string, unknown>[] = [];
  return {
    runs,
    cloudFormation: {
      describeStacks: async () => ({
        Stacks: [{ StackStatus: answers.status ?? 'UPDATE_IN_PROGRESS' }],
      }),
    },
    ecs: {
      runTask: async (input: object) => {
        runs.push({ ...input });
        return answers.run ?? { tasks: [{ taskArn: 'task-1' }] };
      },
      describeTasks: async () => ({ tasks: answers.task === undefined ? [] : [answers.task] }),
    },
  };
}

describe('start', () => {
  it.each(['Create', 'Update'])('runs the task once at a %s', async (RequestType) => {
    const aws = pretend();
    expect(await start({ ...event, RequestType }, aws)).toEqual({
      PhysicalResourceId: 'Migration',
      Data: { taskArn: 'task-1' },
    });
    expect(aws.runs).toEqual([
      expect.objectContaining({
        taskDefinition: 'migrate:7',
        count: 1,
        clientToken: event.RequestId,
      }),
    ]);
  });

  it.each([
    ['the stack is deleted', { RequestType: 'Delete' }, undefined],
    [
      'an older release is deployed on purpose',
      { ResourceProperties: { ...event.ResourceProperties, isSkipped: 'true' } },
      undefined,
    ],
    ['an update goes back', {}, 'UPDATE_ROLLBACK_IN_PROGRESS'],
    ['a creation goes back', {}, 'ROLLBACK_IN_PROGRESS'],
  ])('runs nothing while %s', async (_, change, status) => {
    const aws = pretend({ status });
    const answer = await start({ ...event, ...change }, aws);
    expect(answer).toEqual({ PhysicalResourceId: 'Migration' });
    expect(aws.runs).toEqual([]);
    expect(await isComplete({ ...event, ...change, ...answer }, aws)).toEqual({ IsComplete: true });
  });

  it('fails where no task could be started', async () => {
    const aws = pretend({ run: { failures: [{ reason: 'RESOURCE:FARGATE' }] } });
    await expect(start(event, aws)).rejects.toThrow('RESOURCE:FARGATE');
  });
});

describe('isComplete', () => {
  const asked = { ...event, Data: { taskArn: 'task-1' } };
  const stopped = (program: object) => ({
    lastStatus: 'STOPPED',
    containers: [
      { name: 'Collector', exitCode: 2 },
      { name: 'Program', ...program },
    ],
  });

  it.each([
    ['is not known yet', undefined],
    ['runs', { lastStatus: 'RUNNING' }],
    ['stops', { lastStatus: 'DEPROVISIONING' }],
  ])('waits while the task %s', async (_, task) => {
    expect(await isComplete(asked, pretend({ task }))).toEqual({ IsComplete: false });
  });

  it('is content with status 0', async () => {
    const aws = pretend({ task: stopped({ exitCode: 0 }) });
    expect(await isComplete(asked, aws)).toEqual({ IsComplete: true });
  });

  it.each([
    ['another status', { exitCode: 3 }, 'status 3'],
    ['no status, as without an image', { reason: 'CannotPullContainerError' }, 'CannotPull'],
  ])('fails the deployment at %s', async (_, program, message) => {
    await expect(isComplete(asked, pretend({ task: stopped(program) }))).rejects.toThrow(message);
  });
});
