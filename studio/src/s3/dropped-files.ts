/** A file with its path below what was dropped or chosen: "images/cat.png". */
export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

/** The files of a drop, those in folders too. */
export async function droppedFiles(items: DataTransferItemList): Promise<readonly NamedFile[]> {
  // All are taken at once: a drop is empty after the first wait.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => filesOf(entry, "")))).flat();
}

async function filesOf(entry: FileSystemEntry, above: string): Promise<readonly NamedFile[]> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: NamedFile[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const inner of entries) found.push(...(await filesOf(inner, `${path}/`)));
  }
}

/** The files of a file field; a folder that was chosen has its own name in their paths. */
export const chosenFiles = (files: FileList): readonly NamedFile[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
