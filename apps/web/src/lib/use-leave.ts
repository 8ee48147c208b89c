'use client';
/** @file Leaving a page for another one, once what was asked for has been done. */
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';

/** `isLeaving` until the other page is there: what led to it must not be pressed again meanwhile. */
export function useLeave(): {
  readonly isLeaving: boolean;
  readonly leave: (href: string) => void;
} {
  const router = useRouter();
  const [isLeaving, startLeaving] = useTransition();
  return {
    isLeaving,
    leave: (href) => {
      startLeaving(() => {
        router.push(href);
      });
    },
  };
}
