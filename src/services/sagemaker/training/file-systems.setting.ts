import { isAbsolute } from "node:path";
import { defineSetting } from "../../../base/define-setting.ts";

/** Returns the folders of file systems by id; undefined for a text that is no such list. */
export function fileSystemFolders(text: string): ReadonlyMap<string, string> | undefined {
  const folders = new Map<string, string>();
  for (const entry of text.split(",").filter(Boolean)) {
    const [id = "", folder = ""] = entry.split(/=(.*)/s, 2);
    if (!/^fs-[0-9a-f]+$/.test(id) || !isAbsolute(folder) || folders.has(id)) return undefined;
    folders.set(id, folder);
  }
  return folders;
}

export const fileSystems = defineSetting({
  words:
    "Folders of this machine in place of file systems of EFS and FSx for Lustre: a training channel that names the id reads its folder, and writes to it where the channel asks for rw.",
  default: "",
  parse: (value) => (fileSystemFolders(value) ? value : undefined),
  allowed: "a list such as fs-0123456789abcdef0=/srv/data,fs-1=/srv/more",
});
