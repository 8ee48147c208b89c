'use client';
/** @file The place where a model's folder is dropped. */
import { Alert, Button, Group, Progress, Text } from '@mantine/core';
import { IconAlertTriangle, IconFolderUp } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { formatBytes } from '@/lib/format.ts';
import { chosenFiles, droppedFiles } from './dropped-files.ts';
import classes from './models.module.css';
import { type UploadState, useUpload } from './use-upload.ts';

interface UploadModelProps {
  readonly team: { readonly id: string; readonly slug: string };
}

/** Takes a dropped or chosen folder, sends it, and goes to the page of the new version. */
export function UploadModel({ team }: UploadModelProps) {
  const { state, start, stop, forget } = useUpload(team);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const isBusy = state.step === 'sending' || state.step === 'registering';
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    start(droppedFiles(event.dataTransfer.items));
  };
  return (
    <section
      className={classes.drop}
      data-over={isOver || undefined}
      aria-label="Register a model"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={drop}
    >
      {isBusy ? (
        <Sending state={state} onStop={stop} />
      ) : (
        <>
          <span className={classes.dropIcon} aria-hidden>
            <IconFolderUp size={22} stroke={1.6} />
          </span>
          <div className={classes.dropText}>
            <Text fw={560}>Drop the folder of a model here</Text>
            <Text size="sm" c="dimmed">
              A <code>model.json</code> and the ONNX files that it names. They are checked before
              anybody can use them.
            </Text>
          </div>
          <input
            ref={input}
            type="file"
            className="visually-hidden"
            tabIndex={-1}
            aria-label="Folder of a model"
            // React knows no other spelling of this attribute.
            {...{ webkitdirectory: '' }}
            onChange={(event) => {
              const { files } = event.currentTarget;
              if (files !== null) start(Promise.resolve(chosenFiles(files)));
              event.currentTarget.value = '';
            }}
          />
          <Button variant="default" onClick={() => input.current?.click()}>
            Choose a folder
          </Button>
        </>
      )}
      {state.step === 'failed' && (
        <Alert
          className={classes.dropFailure}
          color="clay"
          role="alert"
          icon={<IconAlertTriangle size={18} />}
          title="The model was not registered"
          withCloseButton
          closeButtonLabel="Close"
          onClose={forget}
        >
          <ul className={classes.problems}>
            {state.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Alert>
      )}
    </section>
  );
}

function Sending({ state, onStop }: { readonly state: UploadState; readonly onStop: () => void }) {
  if (state.step === 'registering') {
    return (
      <div className={classes.sending} role="status">
        <Text fw={560}>Registering {state.model}</Text>
        <Progress value={100} size={6} animated aria-label="Progress of the upload" />
      </div>
    );
  }
  if (state.step !== 'sending') return null;
  const share = state.totalBytes === 0 ? 1 : state.sentBytes / state.totalBytes;
  return (
    <div className={classes.sending} role="status">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text fw={560} truncate>
          Sending {state.model}
        </Text>
        <Button variant="subtle" size="xs" color="gray" onClick={onStop}>
          Stop
        </Button>
      </Group>
      <Progress value={share * 100} size={6} aria-label="Progress of the upload" />
      <Text size="sm" c="dimmed" className="figures">
        {state.file} · {formatBytes(state.sentBytes)} of {formatBytes(state.totalBytes)}
      </Text>
    </div>
  );
}
