import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Lending } from "../../base/lending.ts";
import type { ObjectClient } from "../object-client.ts";
import { channelTitle, downloadObjects } from "./download-objects.ts";
import { lendObjects } from "./lent-objects.ts";
import { objectsOf } from "./objects.fixture.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lent-"));
  mkdirSync(join(root, "own"));
  vi.stubEnv("SAGEBRUSH_OWN_FOLDER", join(root, "own"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const channel = { name: "train", type: "S3Prefix", bucket: "b", key: "p/" } as const;
const title = channelTitle(channel);
const bodies: Record<string, string | Uint8Array> = {
  "p/a": "a",
  "p/deep/large": Buffer.alloc(2 ** 20, "l"),
  "p/z": "z",
};

/** A client whose server lends these pages, each of paths, after one another. */
function lendingPages(pages: readonly (Lending | readonly string[])[]): ObjectClient {
  let asked = 0;
  return {
    ...objectsOf(bodies),
    async lend({ folder, after }) {
      expect(after).toBe(asked === 0 ? undefined : `page ${asked}`);
      const page = pages[asked++]!;
      if (!Array.isArray(page)) return page as Lending;
      for (const path of page as string[]) {
        const file = join(root, "own", folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bodies[`p/${path}`]!);
      }
      return { paths: page as string[], ...(asked < pages.length && { next: `page ${asked}` }) };
    },
  };
}

it("copies what is lent, small and large, and leaves nothing of it behind", async () => {
  const folder = join(root, "train");
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  await downloadObjects(channel, title, folder, lendingPages([["a", "deep/large"], ["z"]])).finally(() => {
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
  });
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(["a", "deep", "deep/large", "z"]);
  expect(statSync(join(folder, "deep/large")).size).toBe(2 ** 20);
  expect(readFileSync(join(folder, "z"), "utf8")).toBe("z");
  await expect.poll(() => readdirSync(join(root, "own"))).toEqual([]);
});

it("copies many files by two threads, and tells of each what is wrong", async () => {
  const folder = join(root, "train");
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`p/${at % 10}/${at}`, `${at}`]));
  const paths = Object.keys(many).map((key) => key.slice(2));
  Object.assign(bodies, many, { "p/9/large": bodies["p/deep/large"] });
  await downloadObjects(channel, title, folder, lendingPages([paths, ["9/large"]]));
  expect(readdirSync(folder, { recursive: true })).toHaveLength(1011);
  for (const path of paths) expect(readFileSync(join(folder, path), "utf8")).toBe(many[`p/${path}`]);
  rmSync(folder, { recursive: true });
  mkdirSync(join(folder, "9"), { recursive: true });
  writeFileSync(join(folder, "9/999"), "of another input");
  await expect(downloadObjects(channel, title, folder, lendingPages([paths]))).rejects.toThrow(
    '(9/999) of channel "train" cannot be a file: another key is at the same place',
  );
});

it("downloads everything when the rest cannot be lent", async () => {
  const folder = join(root, "train");
  const objects = lendingPages([["a", "deep/large"], { cannot: "the store has moved" }]);
  await downloadObjects(channel, title, folder, objects);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("a");
  expect(statSync(join(folder, "deep/large")).size).toBe(2 ** 20);
});

it("says what cannot be a file, in the words of a download", async () => {
  const download = (...pages: (Lending | readonly string[])[]) =>
    downloadObjects(channel, title, join(root, "train"), lendingPages(pages));
  await expect(download({ key: "p/..", problem: "name" })).rejects.toThrow('Key "p/.." of channel "train" cannot be');
  await expect(download({ key: "p/a/b", problem: "taken" })).rejects.toThrow(
    's3://b/p/a/b of channel "train" cannot be a file: another key is at the same place',
  );
  await expect(download([])).rejects.toThrow('No objects are left under s3://b/p/ for channel "train"');
  mkdirSync(join(root, "train"), { recursive: true });
  writeFileSync(join(root, "train/a"), "of another input");
  await expect(download(["a"])).rejects.toThrow(/\(a\) of channel "train" cannot be a file: another key/);
});

it("copies what a manifest lists from what is lent by name, and else downloads it", async () => {
  const manifest = { ...channel, type: "ManifestFile", key: "list" } as const;
  const names = ["z", "deep/large"];
  const client = (asked: unknown[], answer?: Lending): ObjectClient => ({
    ...objectsOf({ ...bodies, list: JSON.stringify([{ prefix: "s3://b/p/" }, ...names]) }),
    async lend({ folder, ...wish }) {
      asked.push(wish);
      if (answer) return answer;
      for (const path of names) {
        const file = join(root, "own", folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `lent ${path}`);
      }
      return { paths: names };
    },
  });
  const asked: unknown[] = [];
  await downloadObjects(manifest, title, join(root, "train"), client(asked));
  expect(asked).toEqual([{ bucket: "b", prefix: "p/", names }]);
  for (const path of names) expect(readFileSync(join(root, "train", path), "utf8")).toBe(`lent ${path}`);
  await downloadObjects(manifest, title, join(root, "again"), client([], { cannot: "there is no p/z" }));
  expect(readFileSync(join(root, "again/z"), "utf8")).toBe("z");
  const from = await lendObjects(manifest, title, client([]));
  expect(readFileSync(join(from!, "z"), "utf8")).toBe("lent z");
});

it("gives the folder of what is lent, and none where nothing can be", async () => {
  const from = await lendObjects(channel, title, lendingPages([["a"], ["z"]]));
  expect(readdirSync(from!).sort()).toEqual(["a", "z"]);
  expect(await lendObjects(channel, title, lendingPages([{ cannot: "it is elsewhere" }]))).toBeUndefined();
  expect(await lendObjects({ ...channel, type: "AugmentedManifestFile" }, title, lendingPages([]))).toBeUndefined();
  vi.stubEnv("SAGEBRUSH_OWN_FOLDER", undefined);
  expect(await lendObjects(channel, title, lendingPages([]))).toBeUndefined();
  expect(existsSync(from!)).toBe(true);
});
