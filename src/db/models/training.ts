import { Model } from 'objection';
import type { TrainingOutcome, TrainingStatus } from '../../domain/training.ts';

export class Training extends Model {
  static override tableName = 'trainings';

  /** UUID v7, in the order of the requests. */
  declare id: string;
  declare status: TrainingStatus;
  declare outcome: TrainingOutcome | null;
  /** Null without one, and once the version was deleted. */
  declare learnedVersionId: number | null;
  declare labelledRowCount: number | null;
  declare merchantCount: number | null;
  declare failureReason: string | null;
  declare requestedBy: string;
  declare createdAt: Date;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;
}
