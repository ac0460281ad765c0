import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EcsStack } from './src/ecs-stack.ts';
import { readEnvironment } from './src/environment.ts';
import { readSettings } from './src/read-settings.ts';
import { ecsSettings } from './src/settings.ts';

/** Tallyflow on ECS: docs/deployment.md. */
const app = new App();
new EcsStack(app, 'TallyflowEcs', {
  env: readEnvironment(app),
  settings: readSettings(app, ecsSettings),
  terminationProtection: true,
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
