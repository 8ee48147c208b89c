'use client';
/** @file A modal dialog that gives the keyboard back to what opened it, also where it is mounted only while it is open. */
import { Modal, type ModalProps } from '@mantine/core';
import { useLayoutEffect } from 'react';

/** Dialogs that are open now. */
let openCount = 0;
/** What the keyboard was at last outside of any dialog: for a dialog that another one has opened and left. */
let outside: Element | null = null;

/** As Mantine's, which gives focus back only where it has been mounted closed before. */
export function Dialog(props: ModalProps) {
  const { opened } = props;
  useLayoutEffect(() => {
    if (!opened) return undefined;
    // The trap takes the focus later, so that this is still what was used to open it.
    const opener = document.activeElement;
    if (!isInDialog(opener)) outside = opener;
    openCount += 1;
    return () => {
      openCount -= 1;
      // After the trap has let go of the focus.
      setTimeout(() => {
        const target = opener?.isConnected === true ? opener : outside;
        if (openCount > 0 && !isInDialog(target)) return;
        if (target instanceof HTMLElement) target.focus({ preventScroll: true });
      });
    };
  }, [opened]);
  return <Modal returnFocus={false} closeButtonProps={{ 'aria-label': 'Close' }} {...props} />;
}

function isInDialog(element: Element | null): boolean {
  return element !== null && element.closest('[role="dialog"]') !== null;
}
