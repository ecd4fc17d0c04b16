import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { once } from "../../base/once.ts";

export interface StudioFile {
  readonly type: string;
  /** Told by what was read last. */
  readonly hash: string;
  /** Whether the name changes with the content, so that a browser need never ask again. */
  readonly isImmutable: boolean;
  /**
   * Returns the smallest form of the file that a client with this Accept-Encoding can read; undefined when the file is gone,
   * as all are for a moment while Studio is built.
   */
  inBest(
    acceptEncoding: string | string[] | undefined,
  ): { encoding: string | undefined; bytes: Uint8Array } | undefined;
}

export interface StudioFiles {
  /** Returns the file of that path below Studio's; undefined when there is none. */
  at(path: string): StudioFile | undefined;
  /** Whether Studio was built anew since the files were found. While it is being built it was not. */
  isOutdated(): boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};

/** The forms that the build writes beside a file, the smallest first. */
const forms = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

const built = join(import.meta.dirname, "..", "..", "..", "studio", "dist");
const signInPage = join(import.meta.dirname, "sign-in-page");

/**
 * Finds the files once: a request only ever chooses among what is found here, so its path is never one of the disk. Their
 * bytes are read when they are asked for, and kept.
 */
export function readStudioFiles(folder: string = built): StudioFiles {
  const found = new Map<string, StudioFile>();
  const build = buildOf(folder);
  const names = globSync("**/*", { cwd: folder });
  const isCompressed = (name: string) => forms.some(([, suffix]) => name.endsWith(suffix));
  for (const name of names)
    if (extname(name) !== "" && !isCompressed(name))
      found.set(
        name.split(sep).join("/"),
        fileOf(
          folder,
          name,
          forms.filter(([, suffix]) => names.includes(name + suffix)),
          name.startsWith(`assets${sep}`),
        ),
      );
  for (const name of ["page.html", "icon.svg", "style.css", "script.js"])
    found.set(name === "page.html" ? "sign-in" : `sign-in/${name}`, fileOf(signInPage, name, [], false));
  return {
    at: (path) => found.get(path),
    isOutdated() {
      const now = buildOf(folder);
      return now !== undefined && now !== build;
    },
  };
}

/** Tells one build from another: its page is written with the other files, its mark when all are complete. */
function buildOf(folder: string): string | undefined {
  const [page, mark] = ["index.html", ".built"].map((name) => statSync(join(folder, name), { throwIfNoEntry: false }));
  return page && `${page.ino} ${page.mtimeMs} ${mark?.mtimeMs}`;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function fileOf(
  folder: string,
  name: string,
  compressed: readonly (readonly [encoding: string, suffix: string])[],
  isImmutable: boolean,
): StudioFile {
  const kept = new Map<string, Uint8Array>();
  const read = (suffix: string): Uint8Array | undefined => {
    const bytes = kept.get(suffix) ?? readIfThere(join(folder, name + suffix));
    if (bytes !== undefined) kept.set(suffix, bytes);
    return bytes;
  };
  const hash = once(() => createHash("sha256").update(kept.get("")!).digest("base64url").slice(0, 22));
  return {
    type: types[extname(name)] ?? "application/octet-stream",
    get hash() {
      return hash();
    },
    isImmutable,
    inBest(acceptEncoding) {
      const accepted = String(acceptEncoding ?? "")
        .split(",")
        .map((coding) => coding.trim())
        .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
        .map((coding) => coding.split(";")[0]!.trim());
      const plain = read("");
      if (plain === undefined) return undefined;
      for (const [encoding, suffix] of compressed) {
        const bytes = accepted.includes(encoding) ? read(suffix) : undefined;
        if (bytes !== undefined) return { encoding, bytes };
      }
      return { encoding: undefined, bytes: plain };
    },
  };
}
