import { defineSoak } from "./define-soak.ts";
import { type InStudio, runInStudio } from "./run-in-studio.ts";

const pageKeys = 100;
const turns = 10;
const atOnce = 50;
const mostMegabytes = 80;
/** Turned pages leave garbage that a browser collects when it likes; ten thousand rows would be 300 MB more. */
const mostBrowserMegabytes = 150;
const mostHeapMegabytes = 20;

export const soak = defineSoak({
  words:
    "a folder of S3 with many keys is listed, paged and searched in Studio, and memory does not follow their number",
  unit: "keys",
  sizes: { full: 100_000, short: 3_000 },
  run: (size) => runInStudio((studio) => browse(studio, size)),
});

const nameOf = (index: number) => `part-${String(index).padStart(7, "0")}.csv`;

async function browse({ s3, page, open, peaks, pageHeap }: InStudio, size: number): Promise<string> {
  const Bucket = "of-many";
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  for (let start = 0; start < size; start += atOnce)
    await Promise.all(
      Array.from({ length: Math.min(atOnce, size - start) }, (_, of) =>
        s3.putObject({ Bucket, Key: `many/${nameOf(start + of)}`, Body: "1,2\n" }),
      ),
    );
  const row = (index: number) => page.getByRole("link", { name: nameOf(index) }).waitFor();
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const first = await timed(async () => {
    await open(`s3/${Bucket}?key=many%2F`);
    await row(pageKeys - 1);
  });
  // What a page of a hundred rows takes is not what grows with the folder.
  const before = { ...(await peaks()), heap: await pageHeap() };
  const turned: number[] = [];
  for (let number = 1; number <= turns; number++)
    turned.push(
      await timed(async () => {
        await page.getByRole("button", { name: "Next page" }).first().click();
        await row((number + 1) * pageKeys - 1);
      }),
    );
  await page.mouse.wheel(0, 100_000);
  const rows = await page.getByRole("row").count();
  if (rows !== pageKeys + 1) throw new Error(`The page has ${rows} rows.`);
  const found = await timed(async () => {
    await page.getByLabel("Name begins with").fill(nameOf(size - 1).slice(0, -5));
    await row(size - 1);
  });
  const after = { ...(await peaks()), heap: await pageHeap() };
  const grown = { server: after.server - before.server, browser: after.browser - before.browser };
  const heap = after.heap - before.heap;
  const words = `first page ${first.toFixed(0)} ms, a next page at most ${Math.max(...turned).toFixed(0)} ms, the last keys by their name ${found.toFixed(0)} ms; the server grew by ${grown.server.toFixed(0)} MB, the browser by ${grown.browser.toFixed(0)} MB, the page's objects by ${heap.toFixed(1)} MB`;
  if (grown.server > mostMegabytes || grown.browser > mostBrowserMegabytes || heap > mostHeapMegabytes)
    throw new Error(words);
  return words;
}
