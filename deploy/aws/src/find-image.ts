import { Repository } from 'aws-cdk-lib/aws-ecr';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

const reference =
  /^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com\/(?<name>[\w./-]+)(:[\w.-]+)?@(?<digest>sha256:[0-9a-f]{64})$/;

/**
 * An image by its digest, which tasks then may pull. Only images of ECR: a task that starts at night, because there is much to do
 * or because another one has died, must not depend on a registry elsewhere and its limits.
 */
export function findImage(scope: Construct, id: string, image: string): ContainerImage {
  const { account, region, name, digest } = reference.exec(image)?.groups ?? {};
  if (name === undefined || digest === undefined)
    throw new Error(`The image is not one of ECR: ${image}`);
  const repository = Repository.fromRepositoryAttributes(scope, `${id}Repository`, {
    repositoryName: name,
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
  });
  return ContainerImage.fromEcrRepository(repository, digest);
}
