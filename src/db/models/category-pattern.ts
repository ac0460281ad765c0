import { Model } from 'objection';
import type { MatchMode } from '../../domain/pattern-set.ts';

export class CategoryPattern extends Model {
  static override tableName = 'category_patterns';

  declare id: number;
  declare categoryId: number;
  /** As the admin wrote it. */
  declare pattern: string;
  declare normalizedPattern: string;
  /** Higher wins, whatever else matches. */
  declare priority: number;
  declare matchMode: MatchMode;
  declare createdAt: Date;
  declare updatedAt: Date;
}
