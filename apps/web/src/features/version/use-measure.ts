/** @file Asks for measurements of a version. */
import { useMutation } from '@apollo/client/react';
import { MeasureVersionDocument } from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';

/** What {@link useMeasure} gives. */
export type AskToMeasure = ReturnType<typeof useMeasure>;

/** `measure` resolves to whether it was begun: without galleries of the version alone, with some against each of them. */
export function useMeasure(versionId: string) {
  const { failure, isBusy, run, forget } = useChange();
  const [measureVersion] = useMutation(MeasureVersionDocument);
  const measure = (galleryIds: readonly string[]) =>
    run(async () => {
      const input = { versionId, galleryIds: [...galleryIds] };
      const { data } = await measureVersion({ variables: { input } });
      return data?.measureVersion.userErrors;
    });
  return { failure, isBusy, measure, forget };
}
