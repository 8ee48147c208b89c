/** @file `stats.h5`, in which the authors' package keeps statistics: a float array per statistic, with a number per iteration. */
import {
  attempt,
  createHdf5,
  floatsOf,
  invalid,
  namesOf,
  openHdf5,
  putFloats,
} from './hdf5-file.ts';

/** `[iterations]` of each statistic by its name; NaN where an iteration has none. */
export type IterationStatistics = ReadonlyMap<string, Float32Array>;

/** @throws FormatError INVALID_HDF5 where the file cannot be written */
export async function writeStatistics(
  path: string,
  statistics: IterationStatistics,
): Promise<void> {
  await createHdf5(path, (file) => {
    for (const [name, data] of statistics) putFloats(file, name, { data, shape: [data.length] });
  });
}

/** @throws FormatError INVALID_HDF5 for a file that is none, or holds anything else */
export async function readStatistics(path: string): Promise<IterationStatistics> {
  const file = await openHdf5(path);
  try {
    return new Map(
      namesOf(file).map((name) => {
        const data = floatsOf(file, name);
        if (data === null) throw invalid(`'/${name}' is no statistic`);
        return [name, data] as const;
      }),
    );
  } finally {
    attempt(`${path} cannot be closed`, () => file.close());
  }
}
