/** What the pipeline and the deployments agree on. The scripts in release/ have the same names. */
export const imageRepositories = ['tallyflow', 'tallyflow-gateway'] as const;
/** For images of others that ECS runs, copied by hand (docs/deployment.md). */
export const copyRepositories = [
  'opentelemetry-collector-contrib',
  'temporal-server',
  'temporal-admin-tools',
  'temporal-ui',
] as const;
export const signingKeyAlias = 'alias/tallyflow-images';
export const simpleReleaseDocument = 'tallyflow-simple-release';
export const simpleImageParameter = '/tallyflow/simple/image';
/** The tag that finds the machine of the simple rollout. */
export const machineTag = { key: 'tallyflow', value: 'simple' } as const;
