import { type ThemeConfig, theme } from 'antd';

const shared = {
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  borderRadius: 8,
  fontSize: 14,
  // Durations set here would apply even when motion is turned off.
  ...(matchMedia('(prefers-reduced-motion: reduce)').matches
    ? { motion: false }
    : { motionDurationMid: '0.12s', motionDurationSlow: '0.16s' }),
};

// Ant Design's own greys for secondary text and placeholders are too faint for WCAG's 4.5 to 1.
const light: ThemeConfig = {
  algorithm: theme.defaultAlgorithm,
  token: {
    ...shared,
    colorPrimary: '#17615c',
    colorInfo: '#17615c',
    colorLink: '#12665f',
    // Ant Design would derive a colour that is too faint on a hovered row.
    colorLinkHover: '#0b4843',
    colorSuccess: '#2a7449',
    colorWarning: '#926200',
    colorError: '#b3372f',
    // Ant Design would derive backgrounds that are too dark for the text on them.
    colorSuccessBg: '#eaf4ee',
    colorSuccessBorder: '#b7d8c4',
    colorWarningBg: '#fcf4e0',
    colorWarningBorder: '#ecd9a6',
    colorErrorBg: '#fbeceb',
    colorErrorBorder: '#efc4c1',
    colorInfoBg: '#e8f2f0',
    colorInfoBorder: '#b9d6d2',
    colorBgLayout: '#f6f5f1',
    colorBgContainer: '#ffffff',
    colorBorderSecondary: '#e7e4dc',
    colorTextBase: '#1d2625',
    colorTextSecondary: '#4d5857',
    colorTextTertiary: '#5c6766',
    colorTextDescription: '#5c6766',
    colorTextPlaceholder: '#69736f',
  },
};

const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...shared,
    colorPrimary: '#5bb9ae',
    colorInfo: '#5bb9ae',
    colorLink: '#74cbc1',
    colorLinkHover: '#9addd5',
    colorPrimaryText: '#74cbc1',
    colorTextLightSolid: '#0c1716',
    colorSuccess: '#6cbf8b',
    colorWarning: '#e0aa4d',
    colorError: '#f0857b',
    colorBgBase: '#121817',
    colorBgLayout: '#121817',
    colorBgContainer: '#1a2221',
    colorBgElevated: '#212b2a',
    colorBorder: '#3a4746',
    colorBorderSecondary: '#2a3534',
    colorTextBase: '#e4eae8',
    colorTextSecondary: '#b4bfbd',
    colorTextTertiary: '#a0acaa',
    colorTextDescription: '#a0acaa',
    colorTextPlaceholder: '#8f9b99',
  },
};

interface OwnColors {
  tooltip: { background: string; text: string };
  selected: { background: string; text: string };
}

function withComponents(config: ThemeConfig, { tooltip, selected }: OwnColors): ThemeConfig {
  const token = config.token ?? {};
  return {
    ...config,
    cssVar: true,
    hashed: false,
    components: {
      Layout: {
        siderBg: token.colorBgLayout,
        headerBg: token.colorBgLayout,
        bodyBg: token.colorBgLayout,
        headerPadding: '0 16px',
        headerHeight: 56,
      },
      Menu: {
        itemBg: 'transparent',
        subMenuItemBg: 'transparent',
        activeBarBorderWidth: 0,
        itemHeight: 36,
        itemSelectedBg: selected.background,
        itemSelectedColor: selected.text,
      },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      Table: {
        headerBg: 'transparent',
        headerSplitColor: 'transparent',
        headerSortActiveBg: 'transparent',
        bodySortBg: 'transparent',
        cellPaddingBlockMD: 9,
        cellPaddingInlineMD: 14,
        rowSelectedBg: selected.background,
        rowSelectedHoverBg: selected.background,
      },
      Select: { optionSelectedBg: selected.background, optionSelectedColor: selected.text },
      Tooltip: { colorBgSpotlight: tooltip.background, colorTextLightSolid: tooltip.text },
      Card: { headerFontSize: 15 },
    },
  };
}

export const lightTheme = withComponents(light, {
  tooltip: { background: '#2b3635', text: '#ffffff' },
  selected: { background: '#e1eae6', text: '#0f4d49' },
});
export const darkTheme = withComponents(dark, {
  tooltip: { background: '#d5dedc', text: '#121817' },
  selected: { background: '#243634', text: '#9addd5' },
});
