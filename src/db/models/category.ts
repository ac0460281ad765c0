import { Model } from 'objection';

export class Category extends Model {
  static override tableName = 'categories';

  declare id: number;
  declare name: string;
  declare normalizedName: string;
  /** `#rrggbb`, lower case. */
  declare color: string;
  declare createdAt: Date;
  declare updatedAt: Date;
}
