/** @file From dropped files to a registered model, step by step, with what to show meanwhile. */
import { useMutation } from '@apollo/client/react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { RegisterModelDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { modelPath } from '@/lib/routes.ts';
import { type DroppedFile, findManifest, planUpload } from './plan-upload.ts';
import { sendFile, UploadRefused } from './send-file.ts';

/** Where an upload stands. */
export type UploadState =
  | { readonly step: 'idle' }
  | {
      readonly step: 'sending';
      readonly model: string;
      readonly file: string;
      readonly sentBytes: number;
      readonly totalBytes: number;
    }
  | { readonly step: 'registering'; readonly model: string }
  | { readonly step: 'failed'; readonly problems: readonly string[] };

/** One upload at a time. */
export function useUpload(team: { readonly id: string; readonly slug: string }) {
  const router = useRouter();
  const [state, setState] = useState<UploadState>({ step: 'idle' });
  const [register] = useMutation(RegisterModelDocument, { refetchQueries: ['ModelsPage'] });
  const running = useRef<AbortController | null>(null);

  const fail = (...problems: readonly string[]) => {
    setState({ step: 'failed', problems });
  };
  const send = async (dropped: readonly DroppedFile<File>[], signal: AbortSignal) => {
    const manifest = findManifest(dropped);
    if ('problem' in manifest) {
      fail(manifest.problem);
      return;
    }
    const plan = planUpload(dropped, { ...manifest, text: await manifest.file.text() });
    if ('problem' in plan) {
      fail(plan.problem);
      return;
    }
    const totalBytes = plan.files.reduce((sum, { file }) => sum + file.size, 0);
    const uploads: string[] = [];
    let before = 0;
    for (const { name, file } of plan.files) {
      const show = (bytes: number) => {
        const sentBytes = before + Math.min(bytes, file.size);
        setState({ step: 'sending', model: plan.name, file: name, sentBytes, totalBytes });
      };
      show(0);
      uploads.push(await sendFile(file, { teamId: team.id, name, onProgress: show, signal }));
      before += file.size;
    }
    setState({ step: 'registering', model: plan.name });
    const { data } = await register({ variables: { input: { teamId: team.id, uploads } } });
    const payload = data?.registerModel;
    if (payload?.modelVersion) router.push(modelPath(team.slug, payload.modelVersion));
    else fail(...(payload?.userErrors ?? []).map(({ message }) => message));
  };

  return {
    state,
    /** Takes what was dropped or chosen; does nothing while another upload goes on. */
    start: (files: Promise<readonly DroppedFile<File>[]>) => {
      if (running.current !== null) return;
      const controller = new AbortController();
      running.current = controller;
      void files
        .then((dropped) => send(dropped, controller.signal))
        .catch((error: unknown) => {
          if (controller.signal.aborted) setState({ step: 'idle' });
          else fail(error instanceof UploadRefused ? error.message : describeError(error).message);
        })
        .finally(() => {
          running.current = null;
        });
    },
    stop: () => {
      running.current?.abort();
    },
    forget: () => {
      setState({ step: 'idle' });
    },
  };
}
