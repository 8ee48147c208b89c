/** @file `stats.h5`: a group per statistic, in it a float array per iteration, named by its number in five digits. */
import {
  attempt,
  createHdf5,
  floatsOf,
  invalid,
  namesOf,
  openHdf5,
  putFloats,
  requireGroup,
} from './hdf5-file.ts';

const DIGITS = 5;

/** Arrays by iteration, by name of the statistic. */
export type IterationStatistics = ReadonlyMap<string, ReadonlyMap<number, Float32Array>>;

/** @throws FormatError INVALID_HDF5 where the file cannot be written */
export async function writeStatistics(
  path: string,
  statistics: IterationStatistics,
): Promise<void> {
  await createHdf5(path, (file) => {
    for (const [name, iterations] of statistics) {
      const group = attempt(`The statistic '${name}' cannot be written`, () =>
        file.create_group(name),
      );
      for (const [iteration, data] of iterations) {
        const at = String(iteration).padStart(DIGITS, '0');
        putFloats(group, at, { data, shape: [data.length] });
      }
    }
  });
}

/** @throws FormatError INVALID_HDF5 for a file that is none, or holds anything else */
export async function readStatistics(path: string): Promise<IterationStatistics> {
  const file = await openHdf5(path);
  try {
    return new Map(
      namesOf(file).map((name) => {
        const group = requireGroup(file, name);
        const iterations = namesOf(group).map((at): readonly [number, Float32Array] => {
          const data = floatsOf(group, at);
          if (!/^\d{1,9}$/.test(at) || data === null) {
            throw invalid(`'/${name}/${at}' is no iteration: its name must be a number`);
          }
          return [Number(at), data];
        });
        return [name, new Map(iterations.toSorted(([a], [b]) => a - b))];
      }),
    );
  } finally {
    attempt(`${path} cannot be closed`, () => file.close());
  }
}
