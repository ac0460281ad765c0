import { ConfigProvider, theme } from 'antd';
import { createContext, type PropsWithChildren, useContext, useMemo, useState } from 'react';

type Mode = 'light' | 'dark';

const storageKey = 'tallyflow-theme';

/** What was chosen last, or else what the system prefers. */
function firstMode(): Mode {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const ModeContext = createContext<{ mode: Mode; toggle: () => void }>({
  mode: 'light',
  toggle: () => {},
});

export const useMode = () => useContext(ModeContext);

const colors = {
  light: { colorPrimary: '#0b6e6e', colorBgLayout: '#f4f6f6', colorLink: '#0b6e6e' },
  dark: {
    colorPrimary: '#3db8b0',
    colorBgLayout: '#101717',
    colorBgContainer: '#172121',
    colorLink: '#5cc9c2',
  },
};

/** Ant Design in Tallyflow's colours, light or dark. */
export function Theme({ children }: PropsWithChildren) {
  const [mode, setMode] = useState(firstMode);
  const value = useMemo(() => {
    const toggle = () => {
      const next = mode === 'light' ? 'dark' : 'light';
      localStorage.setItem(storageKey, next);
      setMode(next);
    };
    return { mode, toggle };
  }, [mode]);
  return (
    <ModeContext value={value}>
      <ConfigProvider
        theme={{
          algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
          token: { ...colors[mode], borderRadius: 8, fontFamily: 'system-ui, sans-serif' },
        }}
      >
        {children}
      </ConfigProvider>
    </ModeContext>
  );
}
