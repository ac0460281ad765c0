import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { isComplete, start } from './run-task.mjs';

// Both come with the runtime of Lambda.
const clients = { ecs: new ECS({}), cloudFormation: new CloudFormation({}) };

export const onStart = (event) => start(event, clients);
export const onWait = (event) => isComplete(event, clients);
