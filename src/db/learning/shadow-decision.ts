/** What a categorizer in shadow would have decided differently about a row. */
export interface ShadowDecision {
  /** The id of the row. */
  id: number;
  categorizer: string;
  /** Null for no category. */
  fromCategoryId: number | null;
  toCategoryId: number | null;
}
