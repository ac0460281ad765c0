/** The attribute by which all traces of a batch are found. */
export const batchIdAttribute = 'tallyflow.batch.id';
