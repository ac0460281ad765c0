/** A row whose category is known because a person chose it. */
export interface LabelledRow {
  merchantName: string | null;
  description: string | null;
  categoryId: number;
}
