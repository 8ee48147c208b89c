'use client';
/** @file Follows a team to its new address: who comes by one that it had before is led on. */
import { useQuery } from '@apollo/client/react';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { TeamAddressDocument } from '@/generated/graphql.ts';
import { teamPath } from '@/lib/routes.ts';

/** @param slugs of the viewer's teams; null before they are known. */
export function useRenamedTeam(slugs: readonly string[] | null): void {
  const router = useRouter();
  const pathname = usePathname();
  const [, part, team = '', ...rest] = pathname.split('/');
  const slug = part === 't' ? decodeURIComponent(team) : '';
  // Asked only where the address is of none of one's teams, which is seldom.
  const isKnown = slug === '' || slugs === null || slugs.includes(slug);
  const { data } = useQuery(TeamAddressDocument, { variables: { team: slug }, skip: isKnown });
  const now = isKnown ? undefined : data?.team?.slug;
  const path = rest.join('/');
  useEffect(() => {
    if (now === undefined || now === slug) return;
    const behind = path === '' ? '' : `/${path}`;
    router.replace(`${teamPath(now)}${behind}${window.location.search}`);
  }, [now, slug, path, router]);
}
