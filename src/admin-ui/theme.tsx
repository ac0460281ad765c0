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

/** Beyond Ant Design's own: text that is lighter there than WCAG AA allows. */
const colors = {
  light: {
    colorPrimary: '#0b6e6e',
    colorLink: '#0b6e6e',
    colorBgLayout: '#f4f6f6',
    colorTextDescription: '#566060',
    colorTextTertiary: '#566060',
    colorTextPlaceholder: '#667070',
    colorError: '#b3261e',
    colorSuccess: '#1d6b33',
  },
  dark: {
    colorPrimary: '#3db8b0',
    colorLink: '#5cc9c2',
    colorTextLightSolid: '#06201f',
    colorBgLayout: '#101717',
    colorBgContainer: '#172121',
    colorTextDescription: '#a9b6b6',
    colorTextTertiary: '#a9b6b6',
    colorTextPlaceholder: '#93a1a1',
    colorError: '#ff8a80',
    colorSuccess: '#7ccf8f',
  },
};

const menuColors = {
  light: { itemSelectedBg: '#e0f0ef', itemSelectedColor: '#095a5a' },
  dark: { itemSelectedBg: '#1f3836', itemSelectedColor: '#7bdad3' },
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
          components: { Menu: menuColors[mode] },
        }}
      >
        {children}
      </ConfigProvider>
    </ModeContext>
  );
}
