/** Keyword search attribute under which operators filter batch workflows in the Temporal UI. */
export const batchStatusAttribute = 'TallyflowBatchStatus';
/** KeywordList search attribute by which operators find the run that took a batch together with others. */
export const batchIdsAttribute = 'TallyflowBatchIds';
