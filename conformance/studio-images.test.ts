import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { images } from "../studio/src/form/images.gen.ts";
import { runPython } from "./python-clients.ts";
import { root, useServer } from "./server.ts";

const server = useServer();

it("every image that Studio's fields offer is one that AWS publishes, as the SageMaker SDK composes its address", async (context) => {
  const program = await readFile(join(root, "conformance", "python", "published_images.py"), "utf8");
  const printed = await runPython(context, server, "v2", program);
  const published = JSON.parse(printed.trim().split("\n").at(-1)!) as string[];
  expect(published.length).toBeGreaterThan(200);
  expect(images.length).toBeGreaterThan(100);
  expect(images.map(({ image }) => image).filter((image) => !published.includes(image))).toEqual([]);
});
