'use client';
/** @file Registers a covariate set from labelled latents or labelled images. */
import { useMutation } from '@apollo/client/react';
import { FileInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { RegisterCovariateSetDocument, type SetModelFragment } from '@/generated/graphql.ts';
import { covariateSetPath } from '@/lib/routes.ts';
import { ModelSelect, NO_VALUES, onlyModel, SetDialog } from './set-dialog.tsx';
import { useRegister } from './use-register.ts';

const FIELDS = [
  'name',
  'version',
  'description',
  'licence',
  'generatorVersionId',
  'recogniserVersionId',
  'uploads',
];

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
  const [values, setValues] = useState(NO_VALUES);
  const [data, setData] = useState<File | null>(null);
  const [labels, setLabels] = useState<File | null>(null);
  const [generator, setGenerator] = useState(() => onlyModel(team.models, 'GENERATOR'));
  const [recogniser, setRecogniser] = useState(() => onlyModel(team.models, 'RECOGNISER'));
  const { state, start, stop, forget } = useRegister({
    kind: 'covariates',
    teamId: team.id,
    fields: FIELDS,
  });
  const [register] = useMutation(RegisterCovariateSetDocument, {
    refetchQueries: ['CovariatesPage'],
  });
  const errors = state.step === 'failed' ? state.fields : {};
  const isOfImages = data?.name.toLowerCase().endsWith('.zip') === true;
  const isComplete =
    data !== null &&
    labels !== null &&
    generator !== null &&
    values.name !== '' &&
    (!isOfImages || recogniser !== null);
  const close = () => {
    stop();
    forget();
    onClose();
  };
  const submit = async () => {
    if (data === null || labels === null || generator === null) return;
    const isTaken = await start([data, labels], async (uploads) => {
      const input = {
        ...values,
        teamId: team.id,
        generatorVersionId: generator,
        recogniserVersionId: isOfImages ? recogniser : null,
        uploads,
      };
      const answer = await register({ variables: { input } });
      return answer.data?.registerCovariateSet.userErrors ?? [];
    });
    if (!isTaken) return;
    onClose();
    router.push(covariateSetPath(team.slug, values));
  };
  return (
    <SetDialog
      title="Register a covariate set"
      opened={opened}
      state={state}
      values={values}
      isComplete={isComplete}
      onChange={setValues}
      onSubmit={() => void submit()}
      onStop={stop}
      onClose={close}
    >
      <FileInput
        label="Latents or images"
        description="A .npy file of float32 latents, one per row; or a .zip archive of faces in the framing of the generator, which are projected first."
        placeholder="Choose a .npy or .zip file"
        accept=".npy,.zip"
        value={data}
        clearable
        error={errors['uploads']}
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
        error={errors['generatorVersionId']}
        onChange={setGenerator}
      />
      {isOfImages && (
        <ModelSelect
          label="Recogniser"
          description="Compares each image with its projection"
          kind="RECOGNISER"
          models={team.models}
          value={recogniser}
          error={errors['recogniserVersionId']}
          onChange={setRecogniser}
        />
      )}
    </SetDialog>
  );
}
