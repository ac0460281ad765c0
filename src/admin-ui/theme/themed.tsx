import { App, ConfigProvider } from 'antd';
import type { ReactNode } from 'react';
import { useIsDark } from './color-mode.ts';
import { darkTheme, lightTheme } from './theme.ts';
import './base.css';

export function Themed({ children }: { children: ReactNode }) {
  return (
    <ConfigProvider theme={useIsDark() ? darkTheme : lightTheme}>
      <App>{children}</App>
    </ConfigProvider>
  );
}
