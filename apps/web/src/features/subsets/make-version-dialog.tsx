'use client';
/** @file Makes a version of a query or a saved subset, and goes to it. */
import { useMutation } from '@apollo/client/react';
import { useRouter } from 'next/navigation';
import { MaterialiseSubsetDocument, type MaterialiseSubsetInput } from '@/generated/graphql.ts';
import { versionPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { TextDialog } from './text-dialog.tsx';

interface MakeVersionDialogProps {
  readonly team: string;
  readonly dataset: string;
  /** What to make it of. */
  readonly from: MaterialiseSubsetInput;
  readonly onClose: () => void;
}

/** The dialog; a message is optional. */
export function MakeVersionDialog({ team, dataset, from, onClose }: MakeVersionDialogProps) {
  const router = useRouter();
  const { failure, isBusy, run } = useChange();
  const [materialise] = useMutation(MaterialiseSubsetDocument, {
    refetchQueries: ['DatasetPage'],
  });
  const make = (message: string) =>
    run(async () => {
      const { data } = await materialise({ variables: { input: { ...from, message } } });
      const made = data?.materialiseSubset;
      if (made?.version) router.push(versionPath(team, dataset, made.version.number));
      return made?.userErrors;
    });
  return (
    <TextDialog
      title="Make a version"
      label="What is it for?"
      hint="The samples that are selected now become a version of their own. No image is made, so no budget is spent, and this version stays as it is."
      action="Make version"
      isOptional
      maxLength={1000}
      failure={failure}
      isBusy={isBusy}
      onSubmit={(message) => void make(message)}
      onClose={onClose}
    />
  );
}
