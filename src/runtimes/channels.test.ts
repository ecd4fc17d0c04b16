import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ChannelFault, downloadChannel, parseManifest, pathBelow } from "./channels.ts";
import type { ObjectClient } from "./object-client.ts";

describe("where an object of a prefix goes", () => {
  it.each([
    ["data/", "data/train.csv", "train.csv"],
    ["data", "data/train.csv", "train.csv"],
    ["data/tr", "data/train.csv", "train.csv"],
    ["data/train.csv", "data/train.csv", "train.csv"],
    ["data", "data/deep/train.csv", "deep/train.csv"],
    ["data", "data-2/train.csv", "data-2/train.csv"],
    ["", "data/train.csv", "data/train.csv"],
    ["train.csv", "train.csv", "train.csv"],
  ])("prefix %j brings %j to %j", (prefix, key, path) => expect(pathBelow(prefix, key)).toBe(path));
});

it("reads manifests, and says what one is", () => {
  expect(parseManifest('[{"prefix":"s3://b/p/"},"x","deep/y"]', "here")).toEqual({
    bucket: "b",
    prefix: "p/",
    paths: ["x", "deep/y"],
  });
  // The same forms of a location as in the request, for which the run's key is granted.
  expect(parseManifest('[{"prefix":"https://data.s3.us-west-2.amazonaws.com/p/"},"x"]', "here")).toEqual({
    bucket: "data",
    prefix: "p/",
    paths: ["x"],
  });
  for (const text of ["", "{}", "[]", '["x"]', '[{"prefix":"b/p"}]', '[{"prefix":"s3://b/p"}, 1]']) {
    expect(() => parseManifest(text, "s3://b/m")).toThrow(/manifest s3:\/\/b\/m is not of the form/);
  }
});

/** Makes a client of these objects by key; a download writes the file. */
const objectsOf = (keys: readonly string[]): ObjectClient => ({
  async *list(_, prefix) {
    for (const key of keys) if (key.startsWith(prefix)) yield { key, sizeBytes: 1 };
  },
  readText: async () => "",
  async download(_, key, file) {
    await mkdir(dirname(file), { recursive: true });
    writeFileSync(file, key, { flag: "wx" });
  },
  upload: async () => {},
});

it("refuses keys that cannot be files of the channel's folder, and a channel without any", async () => {
  const root = mkdtempSync(join(tmpdir(), "channel-"));
  const channel = { name: "train", type: "S3Prefix", bucket: "b", key: "p/" } as const;
  const download = (keys: string[]) => downloadChannel(channel, join(root, "train"), objectsOf(keys));
  await expect(download(["p/../../escaped"])).rejects.toThrow(/Key "p\/..\/..\/escaped" of channel "train" cannot be/);
  await expect(download(["p//x/./y"])).rejects.toThrow(ChannelFault);
  await expect(download(["p/a", "p/a/b"])).rejects.toThrow(/another key is at the same place/);
  const ambiguous = { ...channel, key: "p/tr" };
  const same = downloadChannel(ambiguous, join(root, "train"), objectsOf(["p/train.csv", "p/tr/train.csv"]));
  await expect(same).rejects.toThrow(/another key is at the same place/);
  await expect(download(["q/x", "p/folder/"])).rejects.toThrow(/No objects are left under s3:\/\/b\/p\//);
  expect(readdirSync(root)).toEqual(["train"]);
  rmSync(root, { recursive: true });
});
