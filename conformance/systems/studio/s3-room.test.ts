import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Page, Response } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage, forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

const mebibyte = 1024 * 1024;

describe("the room of S3", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;
  let s3: S3Client;
  let folder: string;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sagebrush-room-"));
    buildStudio();
    room = await openStudio(server, { reducedMotion: "reduce" });
    page = room.page;
    s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
  });
  afterAll(async () => {
    await room?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const bucketOf = async (Bucket: string) => {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    return Bucket;
  };
  const put = (Bucket: string, Key: string, Body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const bytesOf = async (Bucket: string, Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

  test("a bucket is made, and deleted when it is empty", async () => {
    await room.open("s3");
    await checkPage(room);
    await page.getByRole("button", { name: "Create bucket" }).click();
    const name = page.getByRole("dialog").getByLabel("Name");
    await name.fill("No_Bucket");
    await name.press("Enter");
    await page
      .getByRole("dialog")
      .getByText(/bucket is not valid/i)
      .waitFor();
    forgive(room, /status 400: .*No_Bucket/);
    await name.fill("made-by-hand");
    await name.press("Enter");
    await page.getByText("made-by-hand is created.").waitFor();
    await s3.send(new HeadBucketCommand({ Bucket: "made-by-hand" }));
    await page.getByRole("radio", { name: "Select made-by-hand" }).check({ force: true });
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("made-by-hand is deleted.").waitFor();
    await expect(s3.send(new HeadBucketCommand({ Bucket: "made-by-hand" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect.poll(() => page.getByRole("link", { name: "made-by-hand" }).count()).toBe(0);
  });

  test("files, large ones in parts, and folders are uploaded as they are", async () => {
    const bucket = await bucketOf("uploads");
    const large = randomBytes(40 * mebibyte + 7);
    await writeFile(join(folder, "large.bin"), large);
    await writeFile(join(folder, "small.txt"), "small");
    await mkdir(join(folder, "tree", "inner"), { recursive: true });
    await writeFile(join(folder, "tree", "one.csv"), "1,2\n");
    await writeFile(join(folder, "tree", "inner", "two.csv"), "3,4\n");
    await room.open(`s3/${bucket}?key=in%2F`);
    await page
      .getByLabel("Files to upload")
      .setInputFiles(["large.bin", "small.txt"].map((file) => join(folder, file)));
    await page.getByText("2 of 2 files are there").waitFor();
    await page.getByLabel("A folder to upload").setInputFiles(join(folder, "tree"));
    await page.getByText("4 of 4 files are there").waitFor();
    await page.getByRole("link", { name: "large.bin" }).waitFor();
    await page.getByRole("link", { name: "tree/" }).waitFor();
    expect(sha256(await bytesOf(bucket, "in/large.bin"))).toBe(sha256(large));
    expect((await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "in/large.bin" }))).ETag).toMatch(/-3"$/);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual([
      "in/large.bin",
      "in/small.txt",
      "in/tree/inner/two.csv",
      "in/tree/one.csv",
    ]);
    expect(String(await bytesOf(bucket, "in/tree/inner/two.csv"))).toBe("3,4\n");
    await checkPage(room);
  });

  test("what is dropped is uploaded, folders with all that is in them", async () => {
    const bucket = await bucketOf("dropped");
    await mkdir(join(folder, "album", "cats"), { recursive: true });
    await writeFile(join(folder, "album", "cats", "tom.txt"), "tom");
    await writeFile(join(folder, "alone.txt"), "alone");
    await room.open(`s3/${bucket}`);
    const protocol = await page.context().newCDPSession(page);
    const data = { items: [], files: ["album", "alone.txt"].map((file) => join(folder, file)), dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await protocol.send("Input.dispatchDragEvent", { type, x: 640, y: 500, data });
    await page.getByText("2 of 2 files are there").waitFor();
    expect(String(await bytesOf(bucket, "album/cats/tom.txt"))).toBe("tom");
    expect(String(await bytesOf(bucket, "alone.txt"))).toBe("alone");
    await checkPage(room);
  });

  test("an upload that has failed goes on with the parts that are missing", async () => {
    const bucket = await bucketOf("resumed");
    const large = randomBytes(70 * mebibyte);
    await writeFile(join(folder, "resumed.bin"), large);
    const parts: string[] = [];
    let isBroken = true;
    await page.route(/partNumber=/, async (route) => {
      const [, part] = /partNumber=(\d+)/.exec(route.request().url())!;
      if (part === "3" && isBroken) return await route.fulfill({ status: 403, body: "" });
      parts.push(part!);
      return await route.continue();
    });
    await room.open(`s3/${bucket}`);
    await page.getByLabel("Files to upload").setInputFiles(join(folder, "resumed.bin"));
    await page.getByRole("button", { name: "Try again" }).waitFor();
    forgive(room, /status 403: .*partNumber=3/);
    isBroken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 of 1 files are there").waitFor();
    await page.unroute(/partNumber=/);
    expect(parts.sort()).toEqual(["1", "2", "3", "4", "5"]);
    expect(sha256(await bytesOf(bucket, "resumed.bin"))).toBe(sha256(large));
  });

  test("an upload that is cancelled leaves nothing", async () => {
    const bucket = await bucketOf("cancelled");
    await writeFile(join(folder, "cancelled.bin"), randomBytes(40 * mebibyte));
    // The first and the last part arrive, the second one never does.
    await page.route(/partNumber=2/, () => undefined);
    await room.open(`s3/${bucket}`);
    await page.getByLabel("Files to upload").setInputFiles(join(folder, "cancelled.bin"));
    await page.getByText("25.2 MB of 41.9 MB").waitFor();
    await page.getByRole("button", { name: "Cancel cancelled.bin" }).click();
    await page.getByText("Cancelled", { exact: true }).first().waitFor();
    await page.unroute(/partNumber=2/);
    const uploads = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
    await expect.poll(uploads).toEqual([]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
  });

  test("a folder is read a page at a time, and deleted after its objects are counted", async () => {
    const bucket = await bucketOf("of-many");
    const keys = Array.from({ length: 1_205 }, (_, index) => `many/part-${String(index).padStart(5, "0")}`);
    for (let start = 0; start < keys.length; start += 50)
      await Promise.all(keys.slice(start, start + 50).map((key) => put(bucket, key, "x")));
    await put(bucket, "kept.txt", "kept");
    const lists: string[] = [];
    const count = (request: { url(): string }) => request.url().includes("list-type=2") && lists.push(request.url());
    page.on("request", count);
    await room.open(`s3/${bucket}?key=many%2F`);
    await page.getByRole("link", { name: "part-00099" }).waitFor();
    await page.getByRole("button", { name: "Next page" }).first().click();
    await page.getByRole("link", { name: "part-00199" }).waitFor();
    expect(lists).toHaveLength(2);
    expect(lists.every((url) => url.includes("max-keys=100"))).toBe(true);
    await checkPage(room);
    await page.getByLabel("Name begins with").fill("part-011");
    await page.getByRole("link", { name: "part-01100" }).waitFor();
    expect(await page.getByRole("row").count()).toBe(101);
    page.off("request", count);

    await page.getByRole("link", { name: bucket, exact: true }).click();
    await page.getByRole("checkbox", { name: "Select many/", exact: true }).check({ force: true });
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("1,205 objects go.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("many/ deleted.").waitFor();
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(["kept.txt"]);
    await expect.poll(() => page.getByRole("link", { name: "many/" }).count()).toBe(0);
  });

  test("an object is shown by its first bytes: a table, JSON, text, a picture; HTML is text", async () => {
    const bucket = await bucketOf("shown");
    const rows = Array.from({ length: 20_000 }, (_, index) => `${index},"name, ""${index}""",${index / 2}`);
    await put(bucket, "table.csv", ["id,name,half", ...rows].join("\n"));
    await put(bucket, "plain.csv", "1,2\n3,4\n");
    await put(bucket, "some.json", '{"a":{"b":1}}');
    await put(bucket, "page.html", "<h1>not drawn</h1><script>document.title='acts'</script>");
    await put(bucket, "model.tar.gz", new Uint8Array([31, 139, 8, 0, 255, 254]));
    await put(bucket, "dot.png", Buffer.from(dot, "base64"));
    // By the heads of the answers: the browser forgets a body as soon as the page goes on.
    const read: object[] = [];
    const whole = (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "table.csv" }))).ContentLength!;
    const note = (response: Response) => {
      if (!response.url().includes("table.csv?x-id=GetObject")) return;
      const { "content-range": range, "content-length": length } = response.headers();
      read.push({ status: response.status(), range, length });
    };
    page.on("response", note);
    await room.open(`s3/${bucket}?key=table.csv`);
    await page.getByRole("columnheader", { name: "half" }).waitFor();
    await page.getByRole("cell", { name: 'name, "42"' }).waitFor();
    await expect.poll(() => read).toEqual([{ status: 206, range: `bytes 0-65535/${whole}`, length: "65536" }]);
    page.off("response", note);
    await checkPage(room);
    await room.open(`s3/${bucket}?key=plain.csv`);
    await page.getByRole("cell", { name: "4" }).waitFor();
    expect(await page.getByRole("columnheader").count()).toBe(0);
    await room.open(`s3/${bucket}?key=some.json`);
    await page.getByText('"b": 1').waitFor();
    await room.open(`s3/${bucket}?key=page.html`);
    await page.getByText("<h1>not drawn</h1>").waitFor();
    expect(await page.title()).not.toBe("acts");
    await room.open(`s3/${bucket}?key=model.tar.gz`);
    await page.getByText("there is no preview").waitFor();
    await room.open(`s3/${bucket}?key=dot.png`);
    await page.getByRole("img", { name: "dot.png" }).waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('.picture').naturalWidth")).toBe(1);
    await checkPage(room);
  });

  test("an object that is kept compressed is shown and saved as what it is, and a broken picture says so", async () => {
    const Bucket = await bucketOf("compressed");
    const rows = `id,name\n${"7,seven\n".repeat(20_000)}`;
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "rows.csv",
        Body: gzipSync(rows),
        ContentEncoding: "gzip",
        ContentType: "text/csv",
      }),
    );
    await put(Bucket, "none.png", "no picture");
    await room.open(`s3/${Bucket}?key=rows.csv`);
    await page.getByRole("heading", { name: "Preview: the first 65.5 kB" }).waitFor();
    await page.getByRole("cell", { name: "seven" }).first().waitFor();
    await page.evaluate("delete window.showSaveFilePicker");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(await readFile(await download.path(), "utf8")).toBe(rows);
    await room.open(`s3/${Bucket}?key=none.png`);
    await page.getByText("It is named as a picture, and is none that can be shown.").waitFor();
    await checkPage(room);
  });

  test("an object is saved byte for byte, as it arrives where the browser can", async () => {
    const bucket = await bucketOf("saved");
    const bytes = randomBytes(3 * mebibyte);
    await put(bucket, "a/b c.bin", bytes);
    await room.open(`s3/${bucket}?key=a%2Fb%20c.bin`);
    await page.evaluate("delete window.showSaveFilePicker");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("b c.bin");
    expect(sha256(await readFile(await download.path()))).toBe(sha256(bytes));

    // A file of the browser's own stands for the one that a person would choose.
    await page.evaluate(`window.showSaveFilePicker = async ({ suggestedName }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })`);
    await page.getByRole("button", { name: "Download" }).click();
    const saved = async () =>
      (await page.evaluate(`navigator.storage.getDirectory()
        .then((folder) => folder.getFileHandle("b c.bin")).then((file) => file.getFile())
        .then((file) => file.arrayBuffer()).then((buffer) => crypto.subtle.digest("SHA-256", buffer))
        .then((hash) => [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), () => "")`)) as string;
    await expect.poll(saved).toBe(sha256(bytes));
  });

  test("an object has its metadata and tags; it is deleted from its page", async () => {
    const bucket = await bucketOf("tagged");
    const object = { Bucket: bucket, Key: "in/one.txt" };
    await s3.send(new PutObjectCommand({ ...object, Body: "1", Metadata: { source: "crm" }, Tagging: "team=growth" }));
    await room.open(`s3/${bucket}?key=in%2Fone.txt`);
    await page.getByText("Metadata source").waitFor();
    await page.getByRole("button", { name: "Tags" }).click();
    await page.getByRole("button", { name: "Add new tag" }).click();
    await page.getByLabel("Key").last().fill("stage");
    await page
      .getByLabel(/^Value/)
      .last()
      .fill("raw");
    await page.getByRole("button", { name: "Save tags" }).click();
    await page.getByText("The tags of one.txt are saved.").waitFor();
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(object));
    expect(TagSet).toHaveLength(2);
    expect(TagSet).toEqual(
      expect.arrayContaining([
        { Key: "team", Value: "growth" },
        { Key: "stage", Value: "raw" },
      ]),
    );
    await checkPage(room);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByText("1 object goes.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing is here yet.").waitFor();
    await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

/** A picture of one dot. */
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
