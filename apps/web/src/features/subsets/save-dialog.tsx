'use client';
/** @file Saves the query of the page under a name. */
import { useMutation } from '@apollo/client/react';
import { SaveSubsetDocument, type SampleQueryInput } from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';
import { TextDialog } from './text-dialog.tsx';

interface SaveDialogProps {
  readonly versionId: string;
  readonly query: SampleQueryInput;
  readonly onClose: () => void;
}

/** The dialog. */
export function SaveDialog({ versionId, query, onClose }: SaveDialogProps) {
  const { failure, isBusy, run } = useChange();
  const [saveSubset] = useMutation(SaveSubsetDocument, {
    refetchQueries: ['QueryPage'],
    awaitRefetchQueries: true,
  });
  const save = async (name: string) => {
    const isDone = await run(async () => {
      const { data } = await saveSubset({ variables: { input: { versionId, name, query } } });
      return data?.saveSubset.userErrors;
    });
    if (isDone) onClose();
  };
  return (
    <TextDialog
      title="Save this query"
      label="Name"
      hint="Unique in the dataset. The order of the faces is not part of it."
      action="Save subset"
      maxLength={100}
      failure={failure}
      isBusy={isBusy}
      onSubmit={(name) => void save(name)}
      onClose={onClose}
    />
  );
}
