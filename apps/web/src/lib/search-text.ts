/** @file What stands behind the question mark of an address, as the server of the pages is given it. */

/** A name given several times is a list. */
export type SearchParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The same as text, for URLSearchParams. */
export function searchText(params: SearchParams): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const each of typeof value === 'string' ? [value] : (value ?? [])) text.append(name, each);
  }
  return text.toString();
}
