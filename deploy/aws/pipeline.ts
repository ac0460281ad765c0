import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readEnvironment } from './src/environment.ts';
import { PipelineStack } from './src/pipeline-stack.ts';
import { readSettings } from './src/read-settings.ts';
import { pipelineSettings } from './src/settings.ts';

/** What the release workflow needs of AWS: docs/deployment.md. */
const app = new App();
new PipelineStack(app, 'TallyflowPipeline', {
  env: readEnvironment(app),
  settings: readSettings(app, pipelineSettings),
  terminationProtection: true,
});
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
