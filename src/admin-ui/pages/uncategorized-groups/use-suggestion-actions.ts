import { type HttpError, useCustomMutation, useInvalidate } from '@refinedev/core';
import type { AcceptanceBody } from '../../../api/admin/suggestions/schema.ts';
import { notDone } from '../../providers/messages.ts';

/**
 * What can be done with suggestions. Each promise is null or false where the API refuses, of which the user has been
 * notified.
 */
export function useSuggestionActions() {
  const { mutateAsync } = useCustomMutation<AcceptanceBody, HttpError>();
  const invalidate = useInvalidate();

  async function post(path: string, values: object, failure: string) {
    return mutateAsync({
      url: `suggestions/${path}`,
      method: 'post',
      values,
      successNotification: false,
      errorNotification: notDone(failure),
    }).catch(() => null);
  }

  return {
    /** @param categoryId what the user saw or chose; the best suggestion may be another one by now */
    async accept(id: string, categoryId: number): Promise<AcceptanceBody | null> {
      const path = `${encodeURIComponent(id)}/accept`;
      const values = { category_id: categoryId };
      const answer = await post(path, values, 'Could not set the category');
      return answer?.data ?? null;
    },

    async acceptAll(minConfidence: number): Promise<AcceptanceBody | null> {
      const values = { min_confidence: minConfidence, dry_run: false };
      const answer = await post('accept-all', values, 'Could not accept the suggestions');
      return answer?.data ?? null;
    },

    /** @param categoryId what the user saw */
    async reject(id: string, categoryId: number): Promise<boolean> {
      const path = `${encodeURIComponent(id)}/reject`;
      const values = { category_id: categoryId };
      return (await post(path, values, 'Could not reject the suggestion')) !== null;
    },

    async undo(acceptanceId: string): Promise<boolean> {
      const path = `acceptances/${acceptanceId}/undo`;
      if ((await post(path, {}, 'Could not undo it')) === null) return false;
      // Its progress is followed again.
      await invalidate({
        resource: 'suggestions/acceptances',
        invalidates: ['detail'],
        id: acceptanceId,
      });
      return true;
    },
  };
}
