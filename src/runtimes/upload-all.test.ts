import { expect, it } from "vitest";
import { readFault } from "./requests/read-fault.ts";
import { uploadAll } from "./upload-all.ts";

const refusal = () => readFault('{"__type": "KeyTooLongError", "message": "Your key is too long"}', 400);

it("uploads what is not refused, and names what is", async () => {
  const paths = [...Array.from({ length: 20 }, (_, at) => `${"a".repeat(200)}${at}`), "y", "z"];
  const uploaded: string[] = [];
  const upload = async (path: string) => {
    if (path.startsWith("a")) throw refusal();
    uploaded.push(path);
  };
  await expect(uploadAll(paths, upload)).rejects.toThrow(
    `${"a".repeat(100)}...: KeyTooLongError (400): Your key is too long, and 19 more of its files`,
  );
  expect(uploaded).toEqual(["y", "z"]);
  await uploadAll(["y"], upload);
  await expect(uploadAll(["ab"], upload)).rejects.toThrow(/^ab: KeyTooLongError \(400\): Your key is too long$/);
});

it("ends at a fault that is not of one file", async () => {
  const begun: string[] = [];
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const upload = async (path: string) => {
    begun.push(path);
    throw path === "0" ? refusal() : full;
  };
  await expect(
    uploadAll(
      Array.from({ length: 100 }, (_, at) => String(at)),
      upload,
    ),
  ).rejects.toBe(full);
  expect(begun.length).toBeLessThan(10);
});
