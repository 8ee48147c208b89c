/** @file The way from any page to the lineage of what it shows. */
import { Button } from '@mantine/core';
import { IconBinaryTree } from '@tabler/icons-react';
import Link from 'next/link';
import { lineagePath } from '@/lib/routes.ts';

interface LineageLinkProps {
  readonly team: string;
  /** Global id of the thing. */
  readonly id: string;
  /** Its name, where a list has several such links. */
  readonly of?: string;
}

/** A quiet button. */
export function LineageLink({ team, id, of }: LineageLinkProps) {
  return (
    <Button
      component={Link}
      href={lineagePath(team, id)}
      variant="default"
      size={of === undefined ? 'sm' : 'compact-xs'}
      leftSection={<IconBinaryTree size={of === undefined ? 16 : 13} stroke={1.7} />}
      {...(of === undefined ? {} : { 'aria-label': `Lineage of ${of}` })}
    >
      Lineage
    </Button>
  );
}
