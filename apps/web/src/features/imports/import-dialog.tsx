'use client';
/** @file Imports a folder of images or a WebDataset into a dataset, and goes to the run that does it. */
import { useMutation, useQuery } from '@apollo/client/react';
import {
  Button,
  Checkbox,
  FileInput,
  Group,
  Input,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconFolderUp } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import {
  CreateImportDocument,
  ImportChoicesDocument,
  type ImportSource,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCounted } from '@/lib/format.ts';
import { runPath } from '@/lib/routes.ts';
import { useLeave } from '@/lib/use-leave.ts';
import { Problems, Sending } from '../sets/set-dialog.tsx';
import { useRegister } from '../sets/use-register.ts';
import { folderFiles, type FolderFile, packFolder } from './pack-folder.ts';

const FIELDS = ['name', 'licence', 'recogniserVersionId', 'uploads'];

interface ImportDialogProps {
  readonly team: { readonly id: string; readonly slug: string };
  readonly dataset: { readonly id: string; readonly slug: string };
  readonly onClose: () => void;
}

/** The dialog behind "Import images". */
export function ImportDialog({ team, dataset, onClose }: ImportDialogProps) {
  const { isLeaving, leave } = useLeave();
  const [source, setSource] = useState<ImportSource>('FOLDER');
  const [folder, setFolder] = useState<readonly FolderFile[]>([]);
  const [tars, setTars] = useState<File[]>([]);
  const [name, setName] = useState('');
  const [licence, setLicence] = useState('');
  const [isSynthetic, setSynthetic] = useState(false);
  const [recogniser, setRecogniser] = useState<string | null>(null);
  const { data, error: unreadable } = useQuery(ImportChoicesDocument, {
    variables: { team: team.slug },
  });
  const [createImport] = useMutation(CreateImportDocument, { refetchQueries: ['DatasetPage'] });
  const { state, start, stop } = useRegister({ kind: 'images', teamId: team.id, fields: FIELDS });
  const errors = state.step === 'failed' ? state.fields : {};
  const isBusy = state.step === 'sending' || state.step === 'registering';
  const count = source === 'FOLDER' ? folder.length : tars.length;
  const isComplete = count > 0 && name.trim() !== '' && !isLeaving;

  const submit = async () => {
    let number: number | undefined;
    const files = source === 'FOLDER' ? packFolder(folder) : tars;
    const isTaken = await start(files, async (uploads) => {
      const input = {
        datasetId: dataset.id,
        source,
        name,
        licence,
        isSynthetic,
        recogniserVersionId: recogniser,
        uploads,
      };
      const answer = (await createImport({ variables: { input } })).data?.createImport;
      number = answer?.run?.number;
      return answer?.userErrors ?? [];
    });
    if (isTaken && number !== undefined) leave(runPath(team.slug, dataset.slug, number));
  };
  const recognisers = (data?.team?.models ?? [])
    .filter(({ kind, state: ready }) => kind === 'RECOGNISER' && ready === 'READY')
    .map((model) => ({ value: model.id, label: `${model.name}@${model.version}` }));
  return (
    <Dialog
      opened
      onClose={() => {
        stop();
        onClose();
      }}
      title="Import images"
      size="lg"
      closeOnClickOutside={!isBusy}
    >
      <form
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (isComplete && !isBusy) void submit();
        }}
      >
        <Stack>
          <Problems state={state} />
          <SegmentedControl
            aria-label="What to import"
            value={source}
            data={[
              { value: 'FOLDER', label: 'A folder' },
              { value: 'WEBDATASET', label: 'A WebDataset' },
            ]}
            onChange={(value) => {
              setSource(value === 'WEBDATASET' ? 'WEBDATASET' : 'FOLDER');
            }}
          />
          {source === 'FOLDER' ? (
            <FolderInput
              count={folder.length}
              error={errors['uploads']}
              onChange={(chosen) => {
                setFolder(chosen.files);
                if (name === '') setName(chosen.name);
              }}
            />
          ) : (
            <FileInput
              label="Tar files"
              description="The folder in an image's name is its identity; or a .json with “identity”, or a .cls, beside the image says it."
              placeholder="Choose .tar files"
              accept=".tar"
              multiple
              clearable
              value={tars}
              error={errors['uploads']}
              onChange={(files) => {
                setTars(files);
                if (name === '') setName(files[0]?.name.replace(/\.tar$/, '') ?? '');
              }}
            />
          )}
          <TextInput
            label="Name of the source"
            description="It stays with the version"
            value={name}
            error={errors['name']}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <TextInput
            label="Terms of the images"
            description="By their SPDX identifier, such as CC-BY-4.0; without them no release passes its check of licences"
            placeholder="Optional"
            value={licence}
            error={errors['licence']}
            onChange={(event) => {
              setLicence(event.currentTarget.value);
            }}
          />
          <Select
            label="Recogniser"
            description="Embeds the images, which have to be cropped as it sees faces. Without one nothing is measured."
            data={recognisers}
            value={recogniser}
            placeholder="None"
            clearable
            error={
              errors['recogniserVersionId'] ??
              (unreadable === undefined ? undefined : describeError(unreadable).message)
            }
            onChange={setRecogniser}
          />
          <Checkbox
            label="A model made these images"
            description="Each gets the mark of synthetic media; nothing else in the files changes."
            checked={isSynthetic}
            onChange={(event) => {
              setSynthetic(event.currentTarget.checked);
            }}
          />
          {isBusy && <Sending state={state} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={isBusy ? stop : onClose}>
              {isBusy ? 'Stop' : 'Cancel'}
            </Button>
            <Button type="submit" loading={isBusy} disabled={!isComplete}>
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function FolderInput(props: {
  readonly count: number;
  readonly error: string | undefined;
  readonly onChange: (folder: ReturnType<typeof folderFiles>) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <Input.Wrapper
      label="Folder"
      description="One folder in it for each identity, with PNG, JPEG or WebP files; the reference is reference.*, or the first by name."
      error={props.error}
      labelElement="div"
    >
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Folder of images"
        // React knows no other spelling of this attribute.
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) props.onChange(folderFiles(files));
          event.currentTarget.value = '';
        }}
      />
      <Group gap="sm" mt={6}>
        <Button
          variant="default"
          leftSection={<IconFolderUp size={16} />}
          onClick={() => input.current?.click()}
        >
          Choose a folder
        </Button>
        <Text size="sm" c="dimmed" className="figures">
          {props.count === 0 ? 'None chosen' : formatCounted(props.count, 'file', 'files')}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}
