/** How often answers with a similar stated confidence were right, about merchants that people labelled. */
export interface AnswerEvidence {
  answerCount: number;
  rightCount: number;
}

/** The number of labelled merchants that weigh as much as what the model states. */
const priorWeight = 20;

/** Answers in the same tenth of the stated confidence share their evidence: models state few different ones. */
export const statedTenth = (stated: number): number => Math.min(9, Math.floor(stated * 10));

/** The share of right answers to expect: the mean of a beta distribution, whose prior mean is what the model states. */
export const correctedConfidence = (
  stated: number,
  { answerCount, rightCount }: AnswerEvidence,
): number => (priorWeight * stated + rightCount) / (priorWeight + answerCount);
