import { expect, test } from "vitest";
import { readSystems } from "../conformance/systems/system-list.ts";
import { systemSteps } from "./system-steps.ts";

test("every system is told apart by its folder and says which versions of clients it proves", async () => {
  const systems = await readSystems();
  expect(systems.map(({ name }) => name)).toEqual(expect.arrayContaining(["browser", "go", "java", "s3cmd"]));
  for (const { name, clients, programs } of systems) {
    expect(clients.length, name).toBeGreaterThan(0);
    for (const client of clients)
      expect(client, name).toEqual({ name: expect.any(String), version: expect.any(String) });
    for (const { advice } of programs) expect(advice, name).toMatch(/^Install /);
  }
});

test("an unknown name is refused with the known ones", async () => {
  await expect(systemSteps(["go", "gopher"])).rejects.toThrow(/^No system is named gopher\. There are: browser, go, /);
});
