/** A category that is suggested for a group of the uncategorized queue. */
export interface SuggestedCategory {
  /** As groupId() gives it. */
  groupId: string;
  groupName: string;
  categoryId: number;
}

/** The audit log keeps so much of a group's name, which may be a whole text. */
export const maxLoggedCharacters = 200;
