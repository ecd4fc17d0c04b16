import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { resourceStoreContract } from "./resource-store.contract.ts";
import { createSqliteResourceStore } from "./sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-resources-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
const newPath = () => join(folder, `${++number}.sqlite`);

resourceStoreContract("SQLite", (clock) => createSqliteResourceStore({ path: newPath(), clock }));
