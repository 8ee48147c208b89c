/** @file Sorts the gateway's user errors to the form fields they are about. */

/** What the gateway says about one input it could not accept. */
export interface UserErrorLike {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** Messages by field, and those that belong to no field shown. */
export interface SortedErrors {
  readonly fields: Readonly<Record<string, string>>;
  readonly form: readonly string[];
}

/**
 * Finds for each error the field whose path ends it (`input.definition.references.parameters.timestep` belongs to the
 * field `references.parameters.timestep`); the rest is for the whole form.
 */
export function sortUserErrors(
  errors: readonly UserErrorLike[],
  fieldNames: readonly string[],
): SortedErrors {
  const fields: Record<string, string> = {};
  const form: string[] = [];
  for (const error of errors) {
    const path = error.path.join('.');
    const field = fieldNames
      .filter((name) => path === name || path.endsWith(`.${name}`))
      .toSorted((a, b) => b.length - a.length)[0];
    if (field === undefined) form.push(error.message);
    else fields[field] ??= error.message;
  }
  return { fields, form };
}
