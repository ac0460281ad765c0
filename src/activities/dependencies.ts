import type { Logger } from 'pino';
import type { ReportCache } from '../cache/report-cache.ts';
import type { CategorizerChain } from '../categorization/chain/categorizer-chain.ts';
import type { LanguageModel } from '../categorization/llm/language-model.ts';
import type { Database } from '../db/connection/database.ts';
import type { OpenAcceptance } from '../db/suggestions/list-open-acceptances.ts';
import type { TrainedVersion, TrainingOutcome } from '../domain/training.ts';
import type { TrainingRun } from '../training/run-training.ts';

export interface ActivityDependencies {
  database: Database;
  chain: Pick<CategorizerChain, 'decide'>;
  reports: ReportCache;
  processing: BatchProcessing;
  recategorizing: Recategorizing;
  accepting: Accepting;
  training: CategorizerTraining;
  /** Null unless one is configured. */
  languageModel: LanguageModelSettings | null;
  /** A batch that is pending for longer has lost its start. */
  sweepGraceSeconds: number;
  logger: Logger;
}

export interface LanguageModelSettings {
  model: LanguageModel;
  dailyTokens: number;
  /** Only merchants that stand on so many rows, of so many accounts, are asked about. */
  minRows: number;
  minAccounts: number;
}

/** What activities need of Temporal itself. */
export interface BatchProcessing {
  /** Starts one batch in a run of its own, several small ones together in one. */
  start(
    batches: readonly { id: string; transactionCount: number; requestId: string | null }[],
  ): Promise<void>;
  /** Whether the workflow that holds the batch is open. */
  isRunning(batch: { id: string; workflowId: string | null }): Promise<boolean>;
}

/** What activities need of Temporal for acceptances of suggestions. */
export interface Accepting {
  start(acceptance: OpenAcceptance): Promise<void>;
  isRunning(acceptance: OpenAcceptance): Promise<boolean>;
}

/** What activities need of Temporal for recategorizations. */
export interface Recategorizing {
  start(id: string): Promise<void>;
  isRunning(id: string): Promise<boolean>;
}

/** What activities need for training. */
export interface CategorizerTraining {
  /** Trains in a process of its own. Returns null if there are no labels. */
  run(options: Omit<TrainingRun, 'databaseUrl' | 'telemetry'>): Promise<TrainedVersion | null>;
  /** Told how each training ended. */
  onEnd(end: TrainingEnd): void;
  /** Starts the workflow that trains, or tells it that there is a request. */
  start(): Promise<void>;
  isRunning(): Promise<boolean>;
}

export interface TrainingEnd {
  outcome: TrainingOutcome | 'failed';
  labelledRowCount?: number;
  merchantCount?: number;
}
