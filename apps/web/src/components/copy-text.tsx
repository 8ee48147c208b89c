'use client';
/** @file A button that copies something and says that it did. */
import { Button, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface CopyTextProps {
  readonly value: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** `children` on a quiet button; `label` is what it does. */
export function CopyText({ value, label, children }: CopyTextProps) {
  return (
    <CopyButton value={value} timeout={1600}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <Button
            variant="default"
            onClick={copy}
            aria-label={label}
            leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          >
            {children}
          </Button>
        </Tooltip>
      )}
    </CopyButton>
  );
}
