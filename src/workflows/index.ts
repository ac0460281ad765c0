/** What the worker's bundle offers; the names are workflow types, and permanent. */
export { BatchGroupProcessingWorkflow } from './batch-group-processing.ts';
export { BatchProcessingWorkflow } from './batch-processing.ts';
export { PendingBatchSweepWorkflow } from './pending-batch-sweep.ts';
export { RecategorizationWorkflow } from './recategorization.ts';
