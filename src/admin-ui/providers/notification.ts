import type { NotificationProvider } from '@refinedev/core';
import { App } from 'antd';

/** Notifications stay long enough to read a sentence. */
const seconds = { success: 3, error: 8 };

/** Refine's messages as Ant Design's notifications. */
export function useNotificationProvider(): NotificationProvider {
  const { notification } = App.useApp();
  return {
    open({ key, message, description, type }) {
      // The sign-in form shows the error itself.
      if (key === 'login-error') return;
      notification.open({
        key,
        message,
        description,
        type: type === 'error' ? 'error' : 'success',
        role: type === 'error' ? 'alert' : 'status',
        duration: type === 'error' ? seconds.error : seconds.success,
        placement: 'bottomRight',
      });
    },
    close: (key) => notification.destroy(key),
  };
}
