/** @file Everything behind sign-in stands inside the shell. */
import type { ReactNode } from 'react';
import { WorkspaceShell } from '@/features/shell/workspace-shell.tsx';

export default function WorkspaceLayout({ children }: { readonly children: ReactNode }) {
  return <WorkspaceShell>{children}</WorkspaceShell>;
}
