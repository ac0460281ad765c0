import { ApplicationFailure } from '@temporalio/common';
import { advanceAcceptance } from './advance-acceptance.ts';
import { applyAnswers } from './apply-answers.ts';
import { askLanguageModel } from './ask-language-model.ts';
import { awaitAcceptanceTurn } from './await-acceptance-turn.ts';
import { beginBatch } from './begin-batch.ts';
import { beginRecategorization } from './begin-recategorization.ts';
import { beginTrainings } from './begin-trainings.ts';
import { categorizeRange } from './categorize-range.ts';
import { completeBatch } from './complete-batch.ts';
import { countLanguageModelEvidence } from './count-language-model-evidence.ts';
import { deleteExpiredIdempotencyKeys } from './delete-expired-idempotency-keys.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { endAcceptance } from './end-acceptance.ts';
import { endRecategorization } from './end-recategorization.ts';
import { failBatch } from './fail-batch.ts';
import { failBatchGroup } from './fail-batch-group.ts';
import { failRows } from './fail-rows.ts';
import { failTrainings } from './fail-trainings.ts';
import { findMerchants } from './find-merchants.ts';
import { processBatchGroup } from './process-batch-group.ts';
import { processWholeBatch } from './process-whole-batch.ts';
import { recategorizeRange } from './recategorize-range.ts';
import { reportActivityError } from './report-activity-error.ts';
import { startBatchesIndividually } from './start-batches-individually.ts';
import { sweepAcceptances } from './sweep-acceptances.ts';
import { sweepBatches } from './sweep-batches.ts';
import { sweepRecategorizations } from './sweep-recategorizations.ts';
import { sweepTrainings } from './sweep-trainings.ts';
import { toFailure } from './to-failure.ts';
import { trainCategorizers } from './train-categorizers.ts';

export type Activities = ReturnType<typeof createActivities>;

/** Every activity is safe to repeat, also while an earlier attempt of itself still runs. */
export function createActivities(dependencies: ActivityDependencies) {
  const bind =
    <Input extends unknown[], Output>(
      activity: (dependencies: ActivityDependencies, ...input: Input) => Promise<Output>,
    ) =>
    (...input: Input): Promise<Output> =>
      activity(dependencies, ...input).catch((error: unknown) => {
        // A failure that an activity throws on purpose ends or delays a workflow, which is reported where that matters.
        if (!(error instanceof ApplicationFailure)) reportActivityError(dependencies.logger, error);
        throw toFailure(error);
      });

  return {
    beginBatch: bind(beginBatch),
    categorizeRange: bind(categorizeRange),
    completeBatch: bind(completeBatch),
    processWholeBatch: bind(processWholeBatch),
    processBatchGroup: bind(processBatchGroup),
    startBatchesIndividually: bind(startBatchesIndividually),
    failBatchGroup: bind(failBatchGroup),
    failBatch: bind(failBatch),
    failRows: bind(failRows),
    beginRecategorization: bind(beginRecategorization),
    recategorizeRange: bind(recategorizeRange),
    endRecategorization: bind(endRecategorization),
    awaitAcceptanceTurn: bind(awaitAcceptanceTurn),
    advanceAcceptance: bind(advanceAcceptance),
    endAcceptance: bind(endAcceptance),
    beginTrainings: bind(beginTrainings),
    trainCategorizers: bind(trainCategorizers),
    failTrainings: bind(failTrainings),
    findMerchants: bind(findMerchants),
    askLanguageModel: bind(askLanguageModel),
    countLanguageModelEvidence: bind(countLanguageModelEvidence),
    applyAnswers: bind(applyAnswers),
    sweepBatches: bind(sweepBatches),
    sweepRecategorizations: bind(sweepRecategorizations),
    sweepAcceptances: bind(sweepAcceptances),
    sweepTrainings: bind(sweepTrainings),
    deleteExpiredIdempotencyKeys: bind(deleteExpiredIdempotencyKeys),
  };
}
