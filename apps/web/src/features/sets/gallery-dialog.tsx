'use client';
/** @file Registers a gallery from a file of embeddings or an archive of faces. */
import { useMutation } from '@apollo/client/react';
import { FileInput } from '@mantine/core';
import { useState } from 'react';
import { RegisterGalleryDocument, type SetModelFragment } from '@/generated/graphql.ts';
import { ModelSelect, NO_VALUES, onlyModel, SetDialog } from './set-dialog.tsx';
import { useRegister } from './use-register.ts';

const FIELDS = ['name', 'version', 'description', 'licence', 'recogniserVersionId', 'uploads'];

interface GalleryDialogProps {
  readonly team: { readonly id: string; readonly models: readonly SetModelFragment[] };
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The dialog behind "Register a gallery". */
export function GalleryDialog({ team, opened, onClose }: GalleryDialogProps) {
  const [values, setValues] = useState(NO_VALUES);
  const [file, setFile] = useState<File | null>(null);
  const [recogniser, setRecogniser] = useState(() => onlyModel(team.models, 'RECOGNISER'));
  const { state, start, stop, forget } = useRegister({
    kind: 'galleries',
    teamId: team.id,
    fields: FIELDS,
  });
  const [register] = useMutation(RegisterGalleryDocument, { refetchQueries: ['GalleriesPage'] });
  const errors = state.step === 'failed' ? state.fields : {};
  const close = () => {
    stop();
    forget();
    onClose();
  };
  const submit = async () => {
    if (file === null || recogniser === null) return;
    const isTaken = await start([file], async (uploads) => {
      const input = { ...values, teamId: team.id, recogniserVersionId: recogniser, uploads };
      const { data } = await register({ variables: { input } });
      return data?.registerGallery.userErrors ?? [];
    });
    if (!isTaken) return;
    setValues(NO_VALUES);
    setFile(null);
    onClose();
  };
  return (
    <SetDialog
      title="Register a gallery"
      opened={opened}
      state={state}
      values={values}
      isComplete={file !== null && recogniser !== null && values.name !== ''}
      onChange={setValues}
      onSubmit={() => void submit()}
      onStop={stop}
      onClose={close}
    >
      <FileInput
        label="Embeddings or images"
        description="A .npy file of float32 embeddings, one per row; or a .zip archive of faces, cropped as the recogniser sees them. Of images only the embeddings are kept."
        placeholder="Choose a .npy or .zip file"
        accept=".npy,.zip"
        value={file}
        clearable
        error={errors['uploads']}
        onChange={setFile}
      />
      <ModelSelect
        label="Recogniser"
        description="The one whose embeddings these are"
        kind="RECOGNISER"
        models={team.models}
        value={recogniser}
        error={errors['recogniserVersionId']}
        onChange={setRecogniser}
      />
    </SetDialog>
  );
}
