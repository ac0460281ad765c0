import { type HTMLAttributes, useEffect, useRef, useState } from 'react';

interface RowKeys<Id> {
  ids: readonly Id[];
  /** What a key does to the row that has the focus, by the name that browsers give the key. */
  rowActions: Record<string, (id: Id) => void>;
  /** What a key does wherever the focus is, except in a control. */
  pageActions?: Record<string, () => void>;
}

/**
 * Works through a list by keyboard: one row has the focus, the arrow keys move it, and other keys act on the row.
 * Keys that are pressed in a row's own controls are left to these.
 */
export function useRowKeys<Id extends string | number>(options: RowKeys<Id>) {
  const { ids } = options;
  const [chosen, setChosen] = useState<Id>();
  const elements = useRef(new Map<Id, HTMLElement>());
  const current = chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];

  const focus = (id: Id | undefined): void => {
    if (id !== undefined) elements.current.get(id)?.focus();
  };

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isOnRow = current !== undefined && elements.current.get(current) === event.target;
    if (!isOnRow && !isOutsideControls(event.target)) return;
    const step = steps[event.key];
    const rowAction = options.rowActions[event.key];
    const pageAction = options.pageActions?.[event.key];
    if (step !== undefined) focus(isOnRow ? ids[ids.indexOf(current) + step] : current);
    // A key that is held down acts on one row alone.
    else if (rowAction !== undefined && isOnRow && !event.repeat) rowAction(current);
    else if (pageAction !== undefined && !event.repeat) pageAction();
    else return;
    event.preventDefault();
  }

  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  return {
    focus,
    /** Gives the focus to the row after this one, before this one goes; to the one before it where it is the last. */
    moveOn(id: Id): void {
      const index = ids.indexOf(id);
      focus(ids[index + 1] ?? ids[index - 1]);
    },
    rowProps: (
      id: Id,
    ): HTMLAttributes<HTMLElement> & { ref: (one: HTMLElement | null) => void } => ({
      ref: (element) => {
        if (element === null) elements.current.delete(id);
        else elements.current.set(id, element);
      },
      className: 'keyed-row',
      tabIndex: id === current ? 0 : -1,
      onFocus: () => setChosen(id),
    }),
  };
}

const steps: Record<string, 1 | -1> = { ArrowDown: 1, ArrowUp: -1 };

/** The focus is on nothing, or on the heading of a page that has just been opened. */
const isOutsideControls = (target: EventTarget | null): boolean =>
  target === document.body || (target instanceof Element && target.matches('h1'));
