import type { HttpError, OpenNotificationParams } from '@refinedev/core';

/** Makes a `successNotification` that says what was done. */
export const done = (message: string) => (): OpenNotificationParams => ({
  type: 'success',
  message,
});

/** Makes an `errorNotification` with what failed and the API's reason. A session that has ended says so itself. */
export const notDone =
  (message: string) =>
  (error?: HttpError): OpenNotificationParams | false =>
    error?.statusCode !== 401 && { type: 'error', message, description: error?.message };

/** The same, but silent when the form shows the errors at their fields. */
export const notDoneInForm = (message: string) => (error?: HttpError) =>
  error?.errors === undefined ? notDone(message)(error) : (false as const);
