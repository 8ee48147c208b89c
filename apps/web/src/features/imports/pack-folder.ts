/** @file A chosen folder as tar files, put together from views of its files: nothing is read before it is sent. */

/** Bytes of one tar; the gateway takes files of up to 2 GiB. */
const MOST_TAR_BYTES = 1024 ** 3;
const BLOCK_BYTES = 512;
const MOST_NAME_BYTES = 100;
const CHECKSUM = { at: 148, length: 8 } as const;

/** A file with its path inside the folder, the folder's own name left out. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** The files of a folder input and what the folder is called. Hidden files are nobody's images. */
export function folderFiles(list: FileList): {
  readonly name: string;
  readonly files: readonly FolderFile[];
} {
  const all = [...list].map((file) => ({ segments: file.webkitRelativePath.split('/'), file }));
  const files = all.flatMap(({ segments, file }) => {
    const path = segments.slice(1);
    return path.some((part) => part.startsWith('.')) ? [] : [{ path: path.join('/'), file }];
  });
  return { name: all[0]?.segments[0] ?? '', files };
}

/** Tar files of at most a gibibyte each, or of one file; in the order of the paths. */
export function packFolder(files: readonly FolderFile[]): readonly File[] {
  const tars: File[] = [];
  let parts: BlobPart[] = [];
  let sizeBytes = 0;
  const finish = () => {
    parts.push(new Uint8Array(2 * BLOCK_BYTES));
    tars.push(new File(parts, `folder-${String(tars.length)}.tar`));
    parts = [];
    sizeBytes = 0;
  };
  for (const { path, file } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (sizeBytes > 0 && sizeBytes + file.size > MOST_TAR_BYTES) finish();
    parts.push(...headers(path, file.size), file, padding(file.size));
    sizeBytes += file.size;
  }
  finish();
  return tars;
}

/** The header of a file; a name that it cannot hold stands in full in a header of POSIX's extended kind before it. */
function headers(path: string, sizeBytes: number): Uint8Array<ArrayBuffer>[] {
  const name = new TextEncoder().encode(path);
  // oxlint-disable-next-line no-control-regex -- what is no ASCII means something else to each reader
  if (name.length <= MOST_NAME_BYTES && /^[\x20-\x7e]*$/.test(path)) {
    return [header(path, sizeBytes, '0')];
  }
  const record = extendedRecord(path);
  return [
    header('name', record.length, 'x'),
    record,
    padding(record.length),
    header('file', sizeBytes, '0'),
  ];
}

/** `<length> path=<path>\n`, where the length counts its own digits too. */
function extendedRecord(path: string): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(` path=${path}\n`).length;
  let length = body + 1;
  while (String(length).length + body !== length) length = String(length).length + body;
  return new TextEncoder().encode(`${String(length)} path=${path}\n`);
}

/** Mode, owner and times say nothing of the machine that it was packed on. */
function header(name: string, sizeBytes: number, kind: '0' | 'x'): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK_BYTES);
  const write = (text: string, at: number) => {
    block.set(new TextEncoder().encode(text), at);
  };
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')} `;
  write(name, 0);
  write(octal(0o644, 6), 100);
  write(octal(0, 6), 108);
  write(octal(0, 6), 116);
  write(octal(sizeBytes, 11), 124);
  write(octal(0, 11), 136);
  write(kind, 156);
  write('ustar\u000000', 257);
  write(' '.repeat(CHECKSUM.length), CHECKSUM.at);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(`${sum.toString(8).padStart(6, '0')}\u0000 `, CHECKSUM.at);
  return block;
}

function padding(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
