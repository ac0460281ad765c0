import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readEnvironment } from './src/environment.ts';
import { readSettings } from './src/read-settings.ts';
import { simpleSettings } from './src/settings.ts';
import { SimpleStack } from './src/simple-stack.ts';

/** Tallyflow on one machine: docs/deployment.md. */
const app = new App();
new SimpleStack(app, 'TallyflowSimple', {
  env: readEnvironment(app),
  settings: readSettings(app, simpleSettings),
  terminationProtection: true,
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
