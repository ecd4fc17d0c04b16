import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineSoak } from "./define-soak.ts";
import { type InStudio, runInStudio } from "./run-in-studio.ts";

const megabyte = 1e6;
const partBytes = 16 * 1024 * 1024;
const mostMegabytes = 80;
const patience = { timeout: 3_600_000 };

export const soak = defineSoak({
  words:
    "a file that is uploaded on a page of Studio in Chromium leaves the server's and the browser's memory as they are",
  unit: "MB",
  sizes: { full: 5000, short: 200 },
  run: (size) =>
    runInStudio(async (studio) => {
      const folder = await mkdtemp(join(tmpdir(), "sagebrush-upload-"));
      try {
        return await upload(studio, folder, size);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
});

async function upload({ s3, page, open: openPage, peaks, pageHeap }: InStudio, folder: string, size: number) {
  const Bucket = "uploads";
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  await openPage(`s3/${Bucket}`);
  const send = async (name: string, megabytes: number) => {
    const file = join(folder, name);
    const expected = await writeNumbered(file, megabytes);
    await page.getByLabel("Files to upload").setInputFiles(file);
    await page.getByRole("link", { name }).waitFor(patience);
    await page.getByText(/^(\d+) of \1 files are there$/).waitFor(patience);
    const { ETag, ContentLength } = await s3.headObject({ Bucket, Key: name });
    if (ETag !== expected || ContentLength !== megabytes * megabyte)
      throw new Error(`${ContentLength} bytes with ETag ${ETag} arrived where ${expected} was sent.`);
  };
  // What the first upload of any size takes is not what grows with the size.
  await send("first.bin", 100);
  const before = { ...(await peaks()), heap: await pageHeap() };
  const began = performance.now();
  await send("whole.bin", size);
  const seconds = (performance.now() - began) / 1000;
  const after = { ...(await peaks()), heap: await pageHeap() };
  const grown = {
    server: after.server - before.server,
    browser: after.browser - before.browser,
    page: after.heap - before.heap,
  };
  const words = Object.entries(grown)
    .map(([who, megabytes]) => `the ${who} grew by ${megabytes.toFixed(0)} MB`)
    .join(", ");
  if (Object.values(grown).some((megabytes) => megabytes > mostMegabytes)) throw new Error(words);
  return `${words}, in ${seconds.toFixed(1)} s`;
}

/** Writes a file whose every megabyte begins with its number, and returns the ETag that S3 gives its parts. */
async function writeNumbered(path: string, megabytes: number): Promise<string> {
  const file = await open(path, "w+");
  const number = Buffer.alloc(8);
  for (let at = 0; at < megabytes; at++) {
    number.writeBigUInt64BE(BigInt(at + 1));
    await file.write(number, 0, number.length, at * megabyte);
  }
  await file.truncate(megabytes * megabyte);
  const digests: Buffer[] = [];
  const part = Buffer.alloc(partBytes);
  for (let at = 0; at < megabytes * megabyte; at += partBytes) {
    const { bytesRead } = await file.read(part, 0, partBytes, at);
    digests.push(createHash("md5").update(part.subarray(0, bytesRead)).digest());
  }
  await file.close();
  return `"${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${digests.length}"`;
}
