'use client';
/** @file Makes a version of a query or a saved subset, and goes to it. */
import { useMutation } from '@apollo/client/react';
import {
  MaterialiseSubsetDocument,
  type MaterialiseSubsetInput,
  type MaterialiseSubsetMutation,
} from '@/generated/graphql.ts';
import { versionPath } from '@/lib/routes.ts';
import { type Outcome, useChange } from '@/lib/use-change.ts';
import { useLeave } from '@/lib/use-leave.ts';
import { TextDialog } from './text-dialog.tsx';

interface MakeVersionDialogProps {
  readonly team: string;
  readonly dataset: string;
  /** What to make it of. */
  readonly from: MaterialiseSubsetInput;
  /** What the message begins with. */
  readonly initial?: string;
  /** What is said of it in place of the usual. */
  readonly hint?: string | undefined;
  /** What is done with the version; without it the page of the version opens. */
  readonly onMade?: ((made: MadeVersion) => Promise<Outcome>) | undefined;
  readonly onClose: () => void;
}

type MadeVersion = NonNullable<MaterialiseSubsetMutation['materialiseSubset']['version']>;

const HINT =
  'The samples that are selected now become a version of their own. No image is made, so no budget is spent, and this version stays as it is.';

/** The dialog; a message is optional. */
export function MakeVersionDialog(props: MakeVersionDialogProps) {
  const { team, dataset, from, initial = '', hint = HINT, onMade, onClose } = props;
  const { isLeaving, leave } = useLeave();
  const { failure, isBusy, run } = useChange();
  const [materialise] = useMutation(MaterialiseSubsetDocument, {
    refetchQueries: ['DatasetPage'],
  });
  const make = (message: string) =>
    run(async () => {
      const { data } = await materialise({ variables: { input: { ...from, message } } });
      const made = data?.materialiseSubset;
      const version = made?.version ?? null;
      if (version !== null && onMade !== undefined) {
        const errors = await onMade(version);
        if (errors === undefined || errors.length === 0) onClose();
        return errors;
      }
      if (version !== null) leave(versionPath(team, dataset, version.number));
      return made?.userErrors;
    });
  return (
    <TextDialog
      title="Make a version"
      label="What is it for?"
      hint={hint}
      initial={initial}
      action="Make version"
      isOptional
      maxLength={1000}
      failure={failure}
      isBusy={isBusy || isLeaving}
      onSubmit={(message) => void make(message)}
      onClose={onClose}
    />
  );
}
