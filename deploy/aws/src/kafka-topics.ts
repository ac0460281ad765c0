import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { createSecurityGroup } from './create-security-group.ts';
import type { KafkaCluster } from './kafka-cluster.ts';
import { type Program, sharedVariables } from './program.ts';
import { ProgramTask } from './program-task.ts';
import { TaskRun } from './task-run.ts';

/** Creates the topics that are missing, before a release that reads them starts. */
export class KafkaTopics extends Construct {
  constructor(scope: Construct, id: string, program: Program, kafka: KafkaCluster) {
    super(scope, id);
    const { vpc, cluster, key, settings } = program;
    const { logDays } = settings;
    const { variables, secrets } = kafka.connectionOf('topics');
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    kafka.allowFrom(securityGroup);
    const { DATABASE_URL } = sharedVariables(program);
    const task = new ProgramTask(this, 'Task', {
      image: settings.image,
      command: ['node', 'src/kafka-topics.ts'],
      cpu: 512,
      memoryMib: 1024,
      // It asks the database nothing, and has no password for it; the configuration wants to know where it is.
      environment: { DATABASE_URL, ...variables },
      secrets,
      key,
      logDays,
      stopTimeout: Duration.seconds(30),
    });
    const run = new TaskRun(this, 'Run', { vpc, cluster, task, securityGroup, key, logDays });
    run.node.addDependency(kafka);
  }
}
