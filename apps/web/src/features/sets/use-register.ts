/** @file From chosen files to a registered gallery, covariate set or import, with what to show meanwhile. */
import { useRef, useState } from 'react';
import { describeError } from '@/lib/describe-error.ts';
import { sortUserErrors, type UserErrorLike } from '@/lib/user-errors.ts';
import { sendFile, UploadRefused } from '../models/send-file.ts';

/** Where a registration stands. */
export type RegisterState =
  | { readonly step: 'idle' }
  | { readonly step: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
  | { readonly step: 'registering' }
  | {
      readonly step: 'failed';
      /** By field of the form. */
      readonly fields: Readonly<Record<string, string>>;
      readonly problems: readonly string[];
    };

/** One registration at a time; `fields` names those of the form that a refusal may be about. */
export function useRegister(options: {
  readonly kind: 'galleries' | 'covariates' | 'images';
  readonly teamId: string;
  readonly fields: readonly string[];
}) {
  const { kind, teamId, fields } = options;
  const [state, setState] = useState<RegisterState>({ step: 'idle' });
  const running = useRef<AbortController | null>(null);

  const send = async (files: readonly File[], signal: AbortSignal): Promise<string[]> => {
    const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    const uploads: string[] = [];
    let before = 0;
    for (const file of files) {
      const onProgress = (bytes: number) => {
        const sentBytes = before + Math.min(bytes, file.size);
        setState({ step: 'sending', sentBytes, totalBytes });
      };
      onProgress(0);
      uploads.push(
        await sendFile(file, { kind, teamId, name: plainName(file), onProgress, signal }),
      );
      before += file.size;
    }
    return uploads;
  };

  /** Sends the files and registers what they make; true where it was taken. */
  const start = async (
    files: readonly File[],
    register: (uploads: string[]) => Promise<readonly UserErrorLike[]>,
  ): Promise<boolean> => {
    if (running.current !== null) return false;
    const controller = new AbortController();
    running.current = controller;
    try {
      const uploads = await send(files, controller.signal);
      setState({ step: 'registering' });
      const errors = await register(uploads);
      if (errors.length === 0) {
        setState({ step: 'idle' });
        return true;
      }
      const sorted = sortUserErrors(errors, fields);
      setState({ step: 'failed', fields: sorted.fields, problems: sorted.form });
    } catch (error) {
      if (controller.signal.aborted) setState({ step: 'idle' });
      else {
        const problem =
          error instanceof UploadRefused ? error.message : describeError(error).message;
        setState({ step: 'failed', fields: {}, problems: [problem] });
      }
    } finally {
      running.current = null;
    }
    return false;
  };

  return {
    state,
    start,
    stop: () => {
      running.current?.abort();
    },
    forget: () => {
      setState({ step: 'idle' });
    },
  };
}

/** The gateway takes plain names only; what the file was called matters to nobody but its extension. */
function plainName({ name }: File): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? 'file' : plain.slice(-128).replace(/^[^A-Za-z0-9]+/, '');
}
