import { useRef, useState } from 'react';
import type { SuggestionBody } from '../../../api/admin/suggestions/schema.ts';
import type { Accepted } from './accepted-suggestions.tsx';
import type { Settled } from './settled-group.tsx';
import { useSuggestionActions } from './use-suggestion-actions.ts';

/** What was done in this window, newest first. */
export type Entry = { key: string } & (
  | { kind: 'pattern'; settled: Settled; groupIds: string[] }
  | { kind: 'accepted'; accepted: Accepted }
);

/**
 * The queue of groups as it is while some of them are being settled: these are not shown until their rows have changed,
 * and reappear if something is left of them.
 */
export function useQueue(groups: readonly SuggestionBody[], refetch: () => Promise<unknown>) {
  const [entries, setEntries] = useState<Entry[]>([]);
  const [settling, setSettling] = useState<ReadonlySet<string>>(new Set());
  const [rejected, setRejected] = useState<ReadonlySet<string>>(new Set());
  const suggestions = useSuggestionActions();

  /** Groups whose rows are still changing, and those whose rows have changed. */
  const running = useRef(new Set<string>());
  const ended = useRef(new Set<string>());

  function hide(ids: string[]): void {
    for (const id of ids) running.current.add(id);
    setSettling((before) => new Set([...before, ...ids]));
  }

  const unhide = (ids: Iterable<string>) =>
    setSettling((before) => before.difference(new Set(ids)));

  /** Who works through the queue quickly has it fetched again at the first pause, not at each key. */
  async function end(ids: string[]): Promise<void> {
    for (const id of ids) {
      running.current.delete(id);
      ended.current.add(id);
    }
    if (running.current.size > 0) return;
    const shownAgain = ended.current;
    ended.current = new Set();
    await refetch();
    unhide(shownAgain.difference(running.current));
  }

  const add = (entry: Entry) => setEntries((before) => [entry, ...before]);
  const markUndone = (acceptanceId: string, isUndone: boolean) =>
    setEntries((before) =>
      before.map((entry) =>
        entry.key === acceptanceId && entry.kind === 'accepted'
          ? { ...entry, accepted: { ...entry.accepted, isUndone } }
          : entry,
      ),
    );

  async function undo(acceptanceId: string): Promise<void> {
    markUndone(acceptanceId, true);
    if (!(await suggestions.undo(acceptanceId))) markUndone(acceptanceId, false);
  }

  return {
    entries,
    shown: groups
      .filter(({ id }) => !settling.has(id))
      .map((group) => (rejected.has(group.id) ? { ...group, ...noSuggestion } : group)),

    async accept(group: SuggestionBody, chosen: { id: number; name: string }): Promise<void> {
      hide([group.id]);
      const accepted = await suggestions.accept(group.id, chosen.id);
      if (accepted === null) await end([group.id]);
      else
        add({
          key: accepted.acceptance_id,
          kind: 'accepted',
          accepted: {
            acceptanceId: accepted.acceptance_id,
            groupIds: [group.id],
            text: `${group.name} → ${chosen.name}`,
            single: { group, categoryId: chosen.id },
            isUndone: false,
          },
        });
    },

    /** True once they are being set. */
    async acceptAll(minConfidence: number): Promise<boolean> {
      const accepted = await suggestions.acceptAll(minConfidence);
      if (accepted === null) return false;
      const sure = groups.filter(({ confidence }) => (confidence ?? 0) >= minConfidence);
      const groupIds = sure.map(({ id }) => id);
      hide(groupIds);
      add({
        key: accepted.acceptance_id,
        kind: 'accepted',
        accepted: {
          acceptanceId: accepted.acceptance_id,
          groupIds,
          text: 'All sure suggestions',
          isUndone: false,
        },
      });
      return true;
    },

    async reject({ id, category_id }: SuggestionBody): Promise<void> {
      if (category_id === null) return;
      setRejected((before) => new Set([...before, id]));
      await suggestions.reject(id, category_id);
      await refetch();
      setRejected((before) => before.difference(new Set([id])));
    },

    undo,

    undoLast(): void {
      const last = entries.find((entry) => entry.kind === 'accepted' && !entry.accepted.isUndone);
      if (last !== undefined) void undo(last.key);
    },

    /** A pattern was saved in place of a suggestion; `groupIds` are those that it was made for. */
    addPattern(settled: Settled, groupIds: string[]): void {
      add({ key: `pattern-${settled.pattern.id}`, kind: 'pattern', settled, groupIds });
      if (settled.runId !== null) hide(groupIds);
    },

    /** The rows of groups have changed. A group reappears when not all of it was settled. */
    endSettling: end,
  };
}

const noSuggestion = {
  category_id: null,
  category: null,
  confidence: null,
  source: null,
  explanation: null,
};
