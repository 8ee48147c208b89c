/** @file The document: fonts, styles, colour scheme before first paint, and the providers. */
/* oxlint-disable import/no-unassigned-import -- style sheets are imported for their effect */
import '@fontsource-variable/inter/index.css';
import '@/theme/global.css';
import '@mantine/core/styles.layer.css';
import '@mantine/charts/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
/* oxlint-enable import/no-unassigned-import */
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from '@/features/shell/providers.tsx';

export const metadata: Metadata = {
  title: { default: 'Colloid', template: '%s · Colloid' },
  description: 'Make, version and review synthetic face datasets.',
  robots: { index: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8faf9' },
    { media: '(prefers-color-scheme: dark)', color: '#101515' },
  ],
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
