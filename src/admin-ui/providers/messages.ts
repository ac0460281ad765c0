import type { HttpError, OpenNotificationParams } from '@refinedev/core';

/** For `successNotification`. */
export const done = (message: string) => (): OpenNotificationParams => ({
  type: 'success',
  message,
});

/** For `errorNotification`: what was not done, and the API's words why. A session that has ended says so itself. */
export const notDone =
  (message: string) =>
  (error?: HttpError): OpenNotificationParams | false =>
    error?.statusCode !== 401 && { type: 'error', message, description: error?.message };

/** The same, but nothing where the form shows the errors at their fields. */
export const notDoneInForm = (message: string) => (error?: HttpError) =>
  error?.errors === undefined ? notDone(message)(error) : (false as const);
