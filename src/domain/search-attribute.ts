/** Keyword search attribute under which operators filter batch workflows in the Temporal UI. */
export const batchStatusAttribute = 'TallyflowBatchStatus';
