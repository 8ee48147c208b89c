'use client';
/** @file Registers a gallery from a file of embeddings or an archive of faces. */
import { useMutation } from '@apollo/client/react';
import { FileInput } from '@mantine/core';
import { useState } from 'react';
import { RegisterGalleryDocument, type SetModelFragment } from '@/generated/graphql.ts';
import { ModelSelect, onlyModel, SetDialog } from './set-dialog.tsx';
import { useSetForm } from './use-set-form.ts';

const FIELDS = ['recogniserVersionId', 'uploads'];

interface GalleryDialogProps {
  readonly team: { readonly id: string; readonly models: readonly SetModelFragment[] };
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The dialog behind "Register a gallery". */
export function GalleryDialog({ team, opened, onClose }: GalleryDialogProps) {
  const [file, setFile] = useState<File | null>(null);
  const [labels, setLabels] = useState<File | null>(null);
  const [recogniser, setRecogniser] = useState(() => onlyModel(team.models, 'RECOGNISER'));
  const form = useSetForm({ kind: 'galleries', teamId: team.id, fields: FIELDS, onClose });
  const [register] = useMutation(RegisterGalleryDocument, { refetchQueries: ['GalleriesPage'] });
  const submit = async () => {
    if (file === null || recogniser === null) return;
    const files = labels === null ? [file] : [file, labels];
    const isTaken = await form.submit(files, async (common) => {
      const input = { ...common, recogniserVersionId: recogniser };
      return (await register({ variables: { input } })).data?.registerGallery.userErrors;
    });
    if (!isTaken) return;
    setFile(null);
    setLabels(null);
  };
  return (
    <SetDialog
      {...form.dialog}
      title="Register a gallery"
      opened={opened}
      isComplete={file !== null && recogniser !== null && form.values.name !== ''}
      onSubmit={() => void submit()}
    >
      <FileInput
        data-autofocus
        label="Embeddings or images"
        description="A .npy file of float32 embeddings, one per row; or a .zip archive of faces, cropped as the recogniser sees them. Of images only the embeddings are kept."
        placeholder="Choose a .npy or .zip file"
        accept=".npy,.zip"
        value={file}
        clearable
        error={form.errors['uploads']}
        onChange={setFile}
      />
      <FileInput
        label="Who they are"
        description="Not needed: a .csv table with the column label, a line per embedding in their order; for images also file, the path in the archive. Leakage is then measured to people too."
        placeholder="Choose a .csv file"
        accept=".csv"
        value={labels}
        clearable
        onChange={setLabels}
      />
      <ModelSelect
        label="Recogniser"
        description="The one whose embeddings these are"
        kind="RECOGNISER"
        models={team.models}
        value={recogniser}
        error={form.errors['recogniserVersionId']}
        onChange={setRecogniser}
      />
    </SetDialog>
  );
}
