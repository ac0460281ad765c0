import { listUncategorizedTexts } from '../../../db/categories/list-uncategorized-texts.ts';
import type { Database } from '../../../db/connection/database.ts';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import { groupId } from '../../../domain/group-id.ts';
import { normalizeText } from '../../../domain/normalize-text.ts';
import { groupTexts, type TextGroup } from '../uncategorized-groups/group-texts.ts';

/** A group of the uncategorized queue that a suggestion can be about. */
export interface SuggestionGroup extends TextGroup {
  id: string;
}

const withId = (group: TextGroup): SuggestionGroup => ({ ...group, id: groupId(group.name) });

export interface FoundGroups {
  groupCount: number;
  transactionCount: number;
  /** The largest first. */
  groups: SuggestionGroup[];
}

/** The largest groups of the queue whose names contain a text. */
export async function findGroups(
  database: Database,
  { limit, q = '' }: { limit: number; q?: string | undefined },
): Promise<FoundGroups> {
  const wanted = normalizeText(q);
  const all = await groupTexts(await listUncategorizedTexts(database));
  const groups = wanted === '' ? all : all.filter(({ name }) => name.includes(wanted));
  return {
    groupCount: groups.length,
    transactionCount: groups.reduce((sum, group) => sum + group.transactionCount, 0),
    groups: groups.slice(0, limit).map(withId),
  };
}

/** The group with an id. Null when it has no rows left in the queue. */
export async function findGroup(database: Database, id: string): Promise<SuggestionGroup | null> {
  const turns = new EventLoopTurns();
  for (const group of await groupTexts(await listUncategorizedTexts(database))) {
    if (turns.isOver) await turns.next();
    if (groupId(group.name) === id) return { ...group, id };
  }
  return null;
}
