/** @file The Mantine theme: type scale, radii, component defaults. Colours are in palette.ts. */
import {
  ActionIcon,
  Badge,
  Button,
  Card,
  createTheme,
  type CSSVariablesResolver,
  Input,
  type MantineTheme,
  Modal,
  Paper,
  Skeleton,
  Tooltip,
} from '@mantine/core';
import { PALETTE } from './palette.ts';

const FONT = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif";

export const theme = createTheme({
  colors: PALETTE,
  primaryColor: 'verdigris',
  // White on the next lighter shade would have a contrast of 3.4, and small text needs 4.5.
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  fontFamily: FONT,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.45' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: {
    fontFamily: FONT,
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  shadows: {
    xs: '0 1px 2px rgb(10 25 22 / 5%)',
    sm: '0 1px 2px rgb(10 25 22 / 5%), 0 4px 12px -4px rgb(10 25 22 / 8%)',
    md: '0 2px 4px rgb(10 25 22 / 5%), 0 12px 32px -8px rgb(10 25 22 / 16%)',
  },
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm', fw: 560 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm', size: 'md' },
      styles: { root: { textTransform: 'none', letterSpacing: 0, fontWeight: 560 } },
    }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    InputWrapper: Input.Wrapper.extend({
      defaultProps: { size: 'sm' },
      styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg', overlayProps: { blur: 2, opacity: 0.5 } },
      styles: {
        title: { fontWeight: 620, fontSize: '1.0625rem' },
        content: { backgroundColor: 'var(--surface)' },
        header: { backgroundColor: 'var(--surface)' },
      },
    }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'md' } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        openDelay: 180,
        multiline: true,
        maw: 280,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});

/** Tints of every colour: what `variant="light"` draws with. */
function tints(theme: MantineTheme, scheme: 'light' | 'dark'): Record<string, string> {
  return Object.fromEntries(
    Object.keys(PALETTE).flatMap((name) => {
      const shades = theme.colors[name];
      const base = shades?.[5] ?? '';
      const isNeutral = name === 'gray' || name === 'dark';
      const strength = scheme === 'light' ? (isNeutral ? 12 : 11) : isNeutral ? 20 : 16;
      const ink = scheme === 'light' ? (shades?.[8] ?? '') : (shades?.[isNeutral ? 3 : 2] ?? '');
      return [
        [
          `--mantine-color-${name}-light`,
          `color-mix(in srgb, ${base} ${String(strength)}%, transparent)`,
        ],
        [
          `--mantine-color-${name}-light-hover`,
          `color-mix(in srgb, ${base} ${String(strength + 6)}%, transparent)`,
        ],
        [`--mantine-color-${name}-light-color`, ink],
      ];
    }),
  );
}

/** Surfaces, lines, inks and chart series in both schemes; used by every CSS module. */
export const cssVariables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    ...tints(theme, 'light'),
    '--mantine-color-body': '#f8faf9',
    '--mantine-color-text': theme.colors['gray']?.[9] ?? '',
    '--mantine-color-dimmed': theme.colors['gray']?.[6] ?? '',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-border': theme.colors['gray']?.[3] ?? '',
    '--mantine-color-error': theme.colors['clay']?.[6] ?? '',
    '--surface': '#ffffff',
    '--surface-sunken': theme.colors['gray']?.[1] ?? '',
    '--line': theme.colors['gray']?.[2] ?? '',
    '--line-strong': theme.colors['gray']?.[3] ?? '',
    '--series-inter': theme.colors['verdigris']?.[7] ?? '',
    '--series-intra': theme.colors['amber']?.[5] ?? '',
    '--series-mean': theme.colors['heather']?.[6] ?? '',
    '--series-threshold': theme.colors['clay']?.[6] ?? '',
  },
  dark: {
    ...tints(theme, 'dark'),
    '--mantine-color-body': theme.colors['dark']?.[8] ?? '',
    '--mantine-color-text': '#e6ebe9',
    '--mantine-color-dimmed': '#96a3a0',
    '--mantine-color-default': theme.colors['dark']?.[6] ?? '',
    '--mantine-color-default-border': theme.colors['dark']?.[4] ?? '',
    '--mantine-color-error': theme.colors['clay']?.[4] ?? '',
    '--surface': theme.colors['dark']?.[7] ?? '',
    '--surface-sunken': theme.colors['dark']?.[6] ?? '',
    '--line': theme.colors['dark']?.[5] ?? '',
    '--line-strong': theme.colors['dark']?.[4] ?? '',
    '--series-inter': theme.colors['verdigris']?.[4] ?? '',
    '--series-intra': theme.colors['amber']?.[3] ?? '',
    '--series-mean': theme.colors['heather']?.[3] ?? '',
    '--series-threshold': theme.colors['clay']?.[3] ?? '',
  },
});
