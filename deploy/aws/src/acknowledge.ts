import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Names rules of AWS Solutions that do not hold for a construct and what is below it, each with the reason. */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  for (const [rule, reason] of Object.entries(reasons))
    Validations.of(construct).acknowledge({ id: `AwsSolutions::${rule}`, reason });
}
