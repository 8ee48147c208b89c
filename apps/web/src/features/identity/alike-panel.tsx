'use client';
/** @file The identities of the version that look most like this one. */
import { Panel } from '@/components/panel.tsx';
import type { IdentityPlace } from '@/lib/identity-place.ts';
import { SimilarFaces } from '@/features/subsets/similar-faces.tsx';

const SHOWN = 18;

interface AlikePanelProps {
  readonly versionId: string;
  readonly identityId: string;
  readonly ict: number | null;
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (identity: IdentityPlace) => string;
}

/** The panel on the identity's page. */
export function AlikePanel(props: AlikePanelProps) {
  return (
    <Panel
      title="Most alike"
      hint="The nearest identities of this version by the angle of their references; the number is θ in radians."
    >
      <SimilarFaces {...props} count={SHOWN} />
    </Panel>
  );
}
