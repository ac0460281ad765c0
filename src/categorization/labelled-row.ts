/** A row whose category is known because a person chose it. */
export interface LabelledRow {
  merchantName: string | null;
  description: string | null;
  categoryId: number;
  /**
   * Whether nobody need have looked at it: its label may be what the categorizers themselves said, so that it doesn't
   * show whether they are right.
   */
  isUnseen?: boolean;
}
