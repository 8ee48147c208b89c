/** @file What the dialogs that register a gallery or a covariate set do alike: keep the fields, send, and start anew. */
import { useState } from 'react';
import type { UserErrorLike } from '@/lib/user-errors.ts';
import { NO_VALUES, type SetValues } from './set-dialog.tsx';
import { useRegister } from './use-register.ts';

/** What the server is told of every kind of set. */
type SetInput = SetValues & { readonly teamId: string; readonly uploads: string[] };

interface SetFormOptions {
  readonly kind: 'galleries' | 'covariates';
  readonly teamId: string;
  /** Fields besides those of {@link SetValues} that a refusal may be about. */
  readonly fields: readonly string[];
  readonly onClose: () => void;
}

/** `dialog` is what a SetDialog takes; `submit` is true once the set is registered, and then the form is empty. */
export function useSetForm({ kind, teamId, fields, onClose }: SetFormOptions) {
  const [values, setValues] = useState(NO_VALUES);
  const { state, start, stop, forget } = useRegister({
    kind,
    teamId,
    fields: [...Object.keys(NO_VALUES), ...fields],
  });
  const submit = async (
    files: readonly File[],
    register: (input: SetInput) => Promise<readonly UserErrorLike[] | undefined>,
  ): Promise<boolean> => {
    const isTaken = await start(
      files,
      async (uploads) => (await register({ ...values, teamId, uploads })) ?? [],
    );
    if (!isTaken) return false;
    setValues(NO_VALUES);
    onClose();
    return true;
  };
  const close = () => {
    stop();
    forget();
    onClose();
  };
  const errors: Readonly<Record<string, string>> = state.step === 'failed' ? state.fields : {};
  return {
    values,
    errors,
    submit,
    dialog: { state, values, onChange: setValues, onStop: stop, onClose: close },
  };
}
