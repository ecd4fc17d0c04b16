import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { pathBelow } from "../../images/object-path.ts";
import { ChannelFault } from "./channel-fault.ts";
import { parseManifest } from "./channel-objects.ts";
import { channelTitle, downloadObjects } from "./download-objects.ts";
import { objectsOf } from "./objects.fixture.ts";

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
  expect(parseManifest('\ufeff[{"prefix":"s3://b/p/"},"x","y","x"]', "here").paths).toEqual(["x", "y"]);
  expect(parseManifest('[{"prefix":"https://data.s3.us-west-2.amazonaws.com/p/"},"x"]', "here")).toEqual({
    bucket: "data",
    prefix: "p/",
    paths: ["x"],
  });
  for (const text of ["", "{}", "[]", '["x"]', '[{"prefix":"b/p"}]', '[{"prefix":"s3://b/p"}, 1]']) {
    expect(() => parseManifest(text, "s3://b/m")).toThrow(/manifest s3:\/\/b\/m is not of the form/);
  }
});

it("refuses keys that cannot be files of the channel's folder, and a channel without any", async () => {
  const root = mkdtempSync(join(tmpdir(), "channel-"));
  const channel = { name: "train", type: "S3Prefix", bucket: "b", key: "p/" } as const;
  const ofKeys = (keys: readonly string[]) => objectsOf(Object.fromEntries(keys.map((key) => [key, key])));
  const download = (keys: string[]) =>
    downloadObjects(channel, channelTitle(channel), join(root, "train"), ofKeys(keys));
  await expect(download(["p/../../escaped"])).rejects.toThrow(/Key "p\/..\/..\/escaped" of channel "train" cannot be/);
  await expect(download(["p//x/./y"])).rejects.toThrow(ChannelFault);
  await expect(download(["p/a", "p/a/b"])).rejects.toThrow(/another key is at the same place/);
  const ambiguous = { ...channel, key: "p/tr" };
  const same = downloadObjects(
    ambiguous,
    channelTitle(ambiguous),
    join(root, "train"),
    ofKeys(["p/train.csv", "p/tr/train.csv"]),
  );
  await expect(same).rejects.toThrow(/another key is at the same place/);
  await expect(download(["q/x", "p/folder/"])).rejects.toThrow(/No objects are left under s3:\/\/b\/p\//);
  expect(readdirSync(root)).toEqual(["train"]);
  rmSync(root, { recursive: true });
});

it("begins no further object after one that is refused", async () => {
  const root = mkdtempSync(join(tmpdir(), "channel-"));
  const channel = { name: "train", type: "S3Prefix", bucket: "b", key: "p/" } as const;
  const keys = Array.from({ length: 100 }, (_, index) => `p/${index === 0 ? "../x" : index}`);
  const download = downloadObjects(channel, "it", root, objectsOf(Object.fromEntries(keys.map((key) => [key, key]))));
  await expect(download).rejects.toThrow(ChannelFault);
  await nextTurn();
  expect(readdirSync(root).length).toBeLessThan(10);
  rmSync(root, { recursive: true });
});

it("reads what a manifest lists below its prefix, and names both in a fault", async () => {
  const root = mkdtempSync(join(tmpdir(), "channel-"));
  const channel = { name: "train", type: "ManifestFile", bucket: "b", key: "m" } as const;
  const download = (name: string, manifest: unknown) =>
    downloadObjects(
      channel,
      channelTitle(channel),
      join(root, name),
      objectsOf({ "p/x": "x", "p/deep/y": "y", "p/folder-z": "z", m: JSON.stringify(manifest) }),
    );
  await download("joined", [{ prefix: "s3://b/p/" }, "x", "deep/y"]);
  // A prefix is joined as it stands, so one without a slash at its end may go on within a name.
  await download("within", [{ prefix: "s3://b/p/folder-" }, "z"]);
  expect(readdirSync(root, { recursive: true }).sort()).toEqual([
    ...["joined", "joined/deep", "joined/deep/y", "joined/x", "within", "within/z"],
  ]);
  await expect(download("wrong", [{ prefix: "s3://b/wrong/" }, "x"])).rejects.toThrow(
    /^NoSuchKey: .*: s3:\/\/b\/wrong\/x \(of the manifest s3:\/\/b\/m, whose prefix is s3:\/\/b\/wrong\/\)$/,
  );
  await expect(download("empty", [{ prefix: "s3://b/p/" }])).rejects.toThrow("The manifest s3://b/m of");
  rmSync(root, { recursive: true });
});
