import type { App, Environment } from 'aws-cdk-lib';

/**
 * The account and the region of a deployment: `-c account=… -c region=…`, or those of the credentials that the CLI
 * found. Without them a template would leave the availability zones open, and with them the number of subnets.
 */
export function readEnvironment(app: App): Required<Environment> {
  const account: unknown = app.node.tryGetContext('account') ?? process.env.CDK_DEFAULT_ACCOUNT;
  const region: unknown = app.node.tryGetContext('region') ?? process.env.CDK_DEFAULT_REGION;
  if (typeof account !== 'string' || !/^\d{12}$/.test(account))
    throw new Error('Give the account: -c account=<12 digits>, or sign in to AWS.');
  if (typeof region !== 'string' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Error('Give the region: -c region=<such as eu-central-1>, or set AWS_REGION.');
  return { account, region };
}
