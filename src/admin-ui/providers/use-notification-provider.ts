import type { NotificationProvider } from '@refinedev/core';
import { App } from 'antd';

/** Refine's own one does the same, but would bring all of its components to the sign-in page. */
export function useNotificationProvider(): NotificationProvider {
  const { notification } = App.useApp();
  return {
    open: ({ key, message, description, type }) => {
      const show = type === 'error' ? notification.error : notification.success;
      show({
        key,
        message: description ?? message,
        description: description === undefined ? undefined : message,
      });
    },
    close: (key) => notification.destroy(key),
  };
}
