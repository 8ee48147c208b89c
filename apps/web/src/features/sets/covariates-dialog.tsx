'use client';
/** @file Registers a covariate set from labelled latents or labelled images. */
import { useMutation } from '@apollo/client/react';
import { FileInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { RegisterCovariateSetDocument, type SetModelFragment } from '@/generated/graphql.ts';
import { covariateSetPath } from '@/lib/routes.ts';
import { ModelSelect, onlyModel, SetDialog } from './set-dialog.tsx';
import { useSetForm } from './use-set-form.ts';

const FIELDS = ['generatorVersionId', 'recogniserVersionId', 'uploads'];

interface CovariatesDialogProps {
  readonly team: {
    readonly id: string;
    readonly slug: string;
    readonly models: readonly SetModelFragment[];
  };
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** The dialog behind "Register a covariate set". */
export function CovariatesDialog({ team, opened, onClose }: CovariatesDialogProps) {
  const router = useRouter();
  const [data, setData] = useState<File | null>(null);
  const [labels, setLabels] = useState<File | null>(null);
  const [generator, setGenerator] = useState(() => onlyModel(team.models, 'GENERATOR'));
  const [recogniser, setRecogniser] = useState(() => onlyModel(team.models, 'RECOGNISER'));
  const form = useSetForm({ kind: 'covariates', teamId: team.id, fields: FIELDS, onClose });
  const [register] = useMutation(RegisterCovariateSetDocument, {
    refetchQueries: ['CovariatesPage'],
  });
  const isOfImages = data?.name.toLowerCase().endsWith('.zip') === true;
  const isComplete =
    data !== null &&
    labels !== null &&
    generator !== null &&
    form.values.name !== '' &&
    (!isOfImages || recogniser !== null);
  const submit = async () => {
    if (data === null || labels === null || generator === null) return;
    const isTaken = await form.submit([data, labels], async (common) => {
      const input = {
        ...common,
        generatorVersionId: generator,
        recogniserVersionId: isOfImages ? recogniser : null,
      };
      return (await register({ variables: { input } })).data?.registerCovariateSet.userErrors;
    });
    if (isTaken) router.push(covariateSetPath(team.slug, form.values));
  };
  return (
    <SetDialog
      {...form.dialog}
      title="Register a covariate set"
      opened={opened}
      isComplete={isComplete}
      onSubmit={() => void submit()}
    >
      <FileInput
        data-autofocus
        label="Latents or images"
        description="A .npy file of float32 latents, one per row; or a .zip archive of faces in the framing of the generator, which are projected first."
        placeholder="Choose a .npy or .zip file"
        accept=".npy,.zip"
        value={data}
        clearable
        error={form.errors['uploads']}
        onChange={setData}
      />
      <FileInput
        label="Labels"
        description="A .csv table with the columns identity, covariate and class, a line per latent in their order; for images also file, the path in the archive."
        placeholder="Choose a .csv file"
        accept=".csv"
        value={labels}
        clearable
        onChange={setLabels}
      />
      <ModelSelect
        label="Generator"
        description="The one whose latents the directions are for"
        kind="GENERATOR"
        models={team.models}
        value={generator}
        error={form.errors['generatorVersionId']}
        onChange={setGenerator}
      />
      {isOfImages && (
        <ModelSelect
          label="Recogniser"
          description="Compares each image with its projection"
          kind="RECOGNISER"
          models={team.models}
          value={recogniser}
          error={form.errors['recogniserVersionId']}
          onChange={setRecogniser}
        />
      )}
    </SetDialog>
  );
}
