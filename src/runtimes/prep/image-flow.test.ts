import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";

/** A flow over a folder of images, as a job runs it: the images are made and looked at by the library itself. */

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "image-flow-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const node = (id: string, operator: string, parameters: object, input?: string) => ({
  node_id: id,
  type: input === undefined ? "SOURCE" : "TRANSFORM",
  operator: `sagemaker.${operator}_0.1`,
  parameters,
  inputs: input === undefined ? [] : [{ name: "df", node_id: input, output_name: "default" }],
  outputs: [{ name: "default" }],
});

const flow = {
  nodes: [
    node("source", "s3_source", {
      dataset_definition: {
        name: "pictures",
        s3ExecutionContext: { s3Uri: "s3://b/pictures/", s3ContentType: "image", s3DirIncludesNested: true },
      },
    }),
    node("good", "spark.drop_corrupted_images", { input_column: "image" }, "source"),
    node("once", "spark.drop_image_duplicates", { input_column: "image" }, "good"),
    node("small", "spark.resize_image", { input_column: "image", width: 8, height: 6 }, "once"),
    node(
      "noisy",
      "spark.corrupt_image",
      { operator: "Gaussian noise", gaussian_noise_parameters: { input_column: "image", severity: 2 } },
      "small",
    ),
  ],
};

async function run(outputs: Readonly<Record<string, object>>) {
  for (const folder of ["config", "processing/flow", "processing/pictures/more"])
    mkdirSync(join(root, folder), { recursive: true });
  const picture = (background: string) => sharp({ create: { width: 40, height: 30, channels: 3, background } });
  const at = (name: string) => join(root, "processing/pictures", name);
  writeFileSync(at("a.jpg"), await picture("red").jpeg().toBuffer());
  writeFileSync(at("more/b.png"), await picture("blue").png().toBuffer());
  writeFileSync(at("same.png"), await picture("blue").png({ compressionLevel: 1 }).toBuffer());
  writeFileSync(at("broken.jpg"), "no image");
  writeFileSync(join(root, "processing/flow/x.flow"), JSON.stringify(flow));
  const place = (LocalPath: string) => ({ LocalPath: `/opt/ml/processing/${LocalPath}` });
  const job = {
    ProcessingJobName: "job",
    ProcessingInputs: [{ InputName: "pictures", S3Input: place("pictures") }],
    ProcessingOutputConfig: {
      Outputs: Object.keys(outputs).map((OutputName) => ({ OutputName, S3Output: place("output") })),
    },
  };
  writeFileSync(join(root, "config/processingjobconfig.json"), JSON.stringify(job));
  const words = Object.entries(outputs).flatMap(([name, config]) => [
    "--output-config",
    JSON.stringify({ [name]: config }),
  ]);
  const env = { ...process.env, SAGEBRUSH_ML_ROOT: root };
  return new Promise<string>((resolve) =>
    execFile(process.execPath, [join(import.meta.dirname, "flow-job.ts"), ...words], { env }, (_error, _out, stderr) =>
      resolve(stderr.trim()),
    ),
  );
}

const output = (name: string) => join(root, "processing/output/job", name);

test("images of a folder are rows, are changed, and are written as files again", async () => {
  expect(await run({ "noisy.default": { content_type: "IMAGE" }, "once.default": { content_type: "CSV" } })).toBe("");
  expect(readdirSync(output("noisy/default"), { recursive: true }).map(String).sort()).toEqual([
    "a.jpg",
    "more",
    "more/b.png",
  ]);
  const { data, info } = await sharp(output("noisy/default/more/b.png")).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 8, height: 6, channels: 3 });
  const blues = [...data].filter((_, index) => index % 3 === 2);
  expect(new Set(blues).size).toBeGreaterThan(5);
  expect(blues.reduce((sum, one) => sum + one, 0) / blues.length).toBeGreaterThan(200);
  expect((await sharp(output("noisy/default/a.jpg")).metadata()).format).toBe("jpeg");
  const [part] = readdirSync(output("once/default"));
  const lines = readFileSync(join(output("once/default"), part!), "utf8")
    .trim()
    .split("\n");
  expect(lines.map((line) => line.slice(0, line.indexOf(",")))).toEqual(["image_path", "a.jpg", "more/b.png"]);
  const bytes = Buffer.from(lines[1]!.slice("a.jpg,".length), "base64");
  expect(bytes).toEqual(readFileSync(join(root, "processing/pictures/a.jpg")));
});
