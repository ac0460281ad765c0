import { Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { createSecurityGroup } from './create-security-group.ts';
import { type Program, sharedSecrets, sharedVariables } from './program.ts';
import { ProgramTask } from './program-task.ts';
import { TaskRun } from './task-run.ts';

/** Brings the schema up to date as the owner of the tables, and gives the role of all other processes its rights. */
export class Migration extends Construct {
  constructor(scope: Construct, id: string, program: Program, owner: string) {
    super(scope, id);
    const { vpc, cluster, key, settings, database } = program;
    const { logDays } = settings;
    const securityGroup = createSecurityGroup(this, 'SecurityGroup', vpc);
    database.instance.connections.allowDefaultPortFrom(securityGroup, 'Migrations');
    const { DATABASE_PASSWORD } = sharedSecrets(program);
    const { DATABASE_URL } = sharedVariables(program);
    const task = new ProgramTask(this, 'Task', {
      image: settings.image,
      command: ['node', 'src/migrate.ts'],
      cpu: 512,
      memoryMib: 1024,
      environment: { DATABASE_URL, MIGRATION_DATABASE_URL: database.url(owner) },
      secrets: {
        DATABASE_PASSWORD,
        MIGRATION_DATABASE_PASSWORD: Secret.fromSecretsManager(database.ownerSecret, 'password'),
      },
      key,
      logDays,
      stopTimeout: Duration.seconds(60),
    });
    const run = new TaskRun(this, 'Run', {
      vpc,
      cluster,
      task,
      securityGroup,
      key,
      logDays,
      // Of an older release that is deployed again: it would refuse the schema of the newer one, which it can work with.
      isSkipped: this.node.tryGetContext('migrate') === 'false',
    });
    run.node.addDependency(database);
  }
}
