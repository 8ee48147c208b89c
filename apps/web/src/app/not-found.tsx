/** @file The page for addresses that lead nowhere. */
import { Center } from '@mantine/core';
import { NotFoundState } from '@/components/error-state.tsx';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Center mih="100dvh" p="md" component="main">
      <NotFoundState what="page" backHref="/" backLabel="Go to your datasets" />
    </Center>
  );
}
