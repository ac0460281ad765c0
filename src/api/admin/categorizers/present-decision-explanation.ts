import type { Explanation } from '../../../categorization/explanation.ts';
import type { ExplanationBody } from './explanation-schema.ts';

export function presentDecisionExplanation(explanation: Explanation): ExplanationBody {
  if (explanation.kind !== 'memory') return explanation;
  const { kind, merchant, rowCount, agreeingCount } = explanation;
  return { kind, merchant, row_count: rowCount, agreeing_count: agreeingCount };
}
