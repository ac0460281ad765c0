import { ApplicationFailure } from '@temporalio/common';
import { isCancellation, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.ts';
import { failureTypes } from '../domain/failure-types.ts';
import { readableReason } from './readable-reason.ts';

export interface LanguageModelResult {
  /** Merchants that the language model was asked about. */
  askedCount: number;
  /** Rows that got their category from an answer. */
  changedCount: number;
}

const retry = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '5m',
  maximumAttempts: 6,
} as const;

/** These look through rows. */
const { findMerchants, countLanguageModelEvidence, applyAnswers } = proxyActivities<Activities>({
  startToCloseTimeout: '1h',
  // A worker that was killed is noticed after this.
  heartbeatTimeout: '30s',
  retry,
});

const { askLanguageModel } = proxyActivities<Activities>({
  // It goes on for 10 minutes, and then ends the last call, which takes up to 10 minutes as well.
  startToCloseTimeout: '30m',
  heartbeatTimeout: '30s',
  retry: {
    ...retry,
    // An endpoint that asks to wait says for how long; one that is out of order gets some minutes.
    maximumAttempts: 8,
  },
});

/** Bounds the history. The next run goes on. */
const maxRounds = 100;

/**
 * Asks a language model about merchants without a category, off the path of batches, and lets rows that wait for its
 * answers have them. Merchants and answers are in the database; the history has numbers only.
 */
export async function LanguageModelWorkflow(): Promise<LanguageModelResult> {
  const result: LanguageModelResult = { askedCount: 0, changedCount: 0 };
  try {
    const questionCount = await findMerchants.executeWithOptions(
      { summary: 'Find merchants to ask about' },
      [],
    );
    if (questionCount === null) return result;
    // Asking may take hours. What was answered before doesn't wait for it.
    await countAndApply(result);
    // Nor do the answers to come, if the endpoint breaks down in the middle.
    const failure = await askAll(result, questionCount).then(
      () => null,
      (error: unknown) => {
        if (isCancellation(error)) throw error;
        return { error };
      },
    );
    await countAndApply(result);
    if (failure !== null) throw failure.error;
    return result;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const reason = readableReason(error);
    setCurrentDetails(reason);
    // An error that is not a failure would fail the workflow task, which is then tried for ever.
    throw ApplicationFailure.create({
      message: reason,
      type: failureTypes.languageModelFailed,
      nonRetryable: true,
    });
  }
}

async function countAndApply(result: LanguageModelResult): Promise<void> {
  await countLanguageModelEvidence.executeWithOptions(
    { summary: 'Compare answers with labels' },
    [],
  );
  result.changedCount += await applyAnswers.executeWithOptions(
    { summary: 'Give rows the answers' },
    [],
  );
}

async function askAll(result: LanguageModelResult, questionCount: number): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const { askedCount, stopped } = await askLanguageModel.executeWithOptions(
      { summary: `Ask, round ${round + 1}` },
      [],
    );
    result.askedCount += askedCount;
    setCurrentDetails(
      stopped === 'no_tokens'
        ? `${result.askedCount} merchants asked about. The tokens of today are used up; tomorrow it goes on.`
        : `${result.askedCount} of ${questionCount} merchants asked about`,
    );
    if (stopped !== 'pause') return;
  }
}
