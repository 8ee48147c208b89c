/** @file The semantic version to propose after another one. */

/** The next minor version: 1.4.2 becomes 1.5.0, 2.0.0-beta.1 becomes 2.0.0; 1.0.0 after nothing, or after what is no semantic version. */
export function nextVersion(previous: string | null): string {
  const parts = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-.+)?$/.exec(previous ?? '');
  if (parts === null) return '1.0.0';
  const [, major = '1', minor = '0', patch = '0', foretaste] = parts;
  if (foretaste !== undefined) return `${major}.${minor}.${patch}`;
  return `${major}.${String(Number(minor) + 1)}.0`;
}
