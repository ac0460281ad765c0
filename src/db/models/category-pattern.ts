import { Model } from 'objection';
import type { MatchMode } from '../../domain/pattern-set.ts';

export class CategoryPattern extends Model {
  static override tableName = 'category_patterns';

  declare id: number;
  declare categoryId: number;
  /** The text as the editor wrote it. */
  declare pattern: string;
  declare normalizedPattern: string;
  /** The pattern with the highest priority wins. */
  declare priority: number;
  declare matchMode: MatchMode;
  declare createdAt: Date;
  declare updatedAt: Date;
}
