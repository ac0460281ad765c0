import { type HttpError, useCreate } from '@refinedev/core';
import type {
  NewRecategorization,
  RecategorizationBody,
} from '../../api/admin/recategorizations/schema.ts';
import { done, notDoneInForm } from '../providers/messages.ts';

/**
 * Starts a run. The promise is rejected with the API's error, of which the user has been notified unless
 * it belongs to fields. A page that shows the run itself needs no message that it has started.
 */
export function useApplyToHistory({ isShown = false } = {}) {
  const { mutateAsync, mutation } = useCreate<RecategorizationBody, HttpError>();
  return {
    isPending: mutation.isPending,
    async apply(filter: Partial<NewRecategorization>): Promise<RecategorizationBody> {
      const { data } = await mutateAsync({
        resource: 'recategorizations',
        values: filter,
        successNotification: isShown ? false : done('The categorizers decide again'),
        errorNotification: notDoneInForm('Could not let the categorizers decide again'),
      });
      return data;
    },
  };
}
