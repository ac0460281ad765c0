/** The workflows of the worker's bundle. Their names are workflow types, and permanent. */
export { AcceptanceWorkflow } from './acceptance.ts';
export { BatchGroupProcessingWorkflow } from './batch-group-processing.ts';
export { BatchProcessingWorkflow } from './batch-processing.ts';
export { CategorizerTrainingWorkflow } from './categorizer-training.ts';
export { LanguageModelWorkflow } from './language-model.ts';
export { PendingBatchSweepWorkflow } from './pending-batch-sweep.ts';
export { RecategorizationWorkflow } from './recategorization.ts';
