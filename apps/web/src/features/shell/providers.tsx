'use client';
/** @file Theme, notifications and the connection to the gateway. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { ConnectionProvider } from '@/lib/connection-context.tsx';
import { cssVariables, theme } from '@/theme/theme.ts';

/** Everything that every page needs around it. */
export function Providers({ children }: { readonly children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <Notifications position="bottom-right" limit={3} />
      <ConnectionProvider>{children}</ConnectionProvider>
    </MantineProvider>
  );
}
