/** @file Everything inside what was dropped on a page, folders included. */
import type { DroppedFile } from './plan-upload.ts';

/** More than this is no model; a home folder dropped by mistake ends here. */
const MOST_FILES = 500;

/** Files of a drop. Reads the list at once, because the browser empties it when the event is over. */
export async function droppedFiles(items: DataTransferItemList): Promise<DroppedFile<File>[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: DroppedFile<File>[] = [];
  await collect(entries, found);
  return found;
}

/** Files of an input, with their folder where one was chosen. */
export function chosenFiles(files: FileList): DroppedFile<File>[] {
  return [...files].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
}

async function collect(
  entries: readonly FileSystemEntry[],
  found: DroppedFile<File>[],
): Promise<void> {
  for (const entry of entries) {
    if (found.length >= MOST_FILES) return;
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => {
        entry.file(resolve, reject);
      });
      found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    } else if (isFolder(entry)) {
      await collect(await childrenOf(entry), found);
    }
  }
}

/** A reader gives a hundred at a time and nothing at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0 || children.length >= MOST_FILES) return children;
    children.push(...some);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
