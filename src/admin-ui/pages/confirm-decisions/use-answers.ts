import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import { useState } from 'react';
import type { SampledDecisionBody } from '../../../api/admin/learning/sample-schema.ts';
import { useCategories } from '../../hooks/use-categories.ts';
import { useRowKeys } from '../../hooks/use-row-keys.ts';
import { notDone } from '../../providers/messages.ts';

/** The category that somebody has just said to be right. */
export interface AnsweredCategory {
  id: number;
  name: string;
}

export interface SampleActions {
  /** Confirms the decided category, or corrects it to the given one. */
  answer: (row: SampledDecisionBody, categoryId?: number) => void;
  /** Begins or ends the choice of another category. */
  choose: (row: SampledDecisionBody, isChoosing: boolean) => void;
}

/** What the buttons and the keys do to sampled decisions, and the answers that were given in this window. */
export function useAnswers(rows: readonly SampledDecisionBody[], mayChange: boolean) {
  const { categories } = useCategories();
  const { mutateAsync } = useCustomMutation<object, HttpError>();
  const invalidate = useInvalidate();
  /** They are shown before the API has answered, and taken back when it refuses them. */
  const [answers, setAnswers] = useState<ReadonlyMap<number, AnsweredCategory>>(new Map());
  /** The transaction for which another category is being chosen. */
  const [choosing, setChoosing] = useState<number>();

  async function send(transactionId: number, answer: AnsweredCategory): Promise<void> {
    setAnswers((before) => new Map([...before, [transactionId, answer]]));
    try {
      await mutateAsync({
        url: `learning/sample/${transactionId}`,
        method: 'post',
        values: { category_id: answer.id },
        successNotification: false,
        errorNotification: notDone('Could not store the answer'),
      });
    } catch {
      // A notification has shown the error.
      setAnswers((before) => new Map([...before].filter(([id]) => id !== transactionId)));
    }
    await invalidate({ resource: 'transactions', invalidates: ['list', 'detail'] });
  }

  const actions: SampleActions = {
    answer(row, categoryId) {
      const id = categoryId ?? (row.decided_category === null ? null : row.decided_category_id);
      if (id === null) return;
      const name = categories.find((category) => category.id === id)?.name ?? row.decided_category;
      setChoosing(undefined);
      keys.moveOn(row.transaction.id);
      void send(row.transaction.id, { id, name: name ?? '' });
    },
    choose(row, isChoosing) {
      setChoosing(isChoosing ? row.transaction.id : undefined);
      if (!isChoosing) keys.focus(row.transaction.id);
    },
  };

  const on = (act: (row: SampledDecisionBody) => void) => (id: number) => {
    const row = rows.find(({ transaction }) => transaction.id === id);
    if (row !== undefined && mayChange) act(row);
  };
  const keys = useRowKeys<number>({
    ids: rows.map(({ transaction }) => transaction.id),
    rowActions: { Enter: on(actions.answer), c: on((row) => actions.choose(row, true)) },
  });
  return { answers, choosing, actions, rowProps: keys.rowProps };
}
