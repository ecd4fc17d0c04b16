import { expect, test } from "vitest";
import { installSystem, Unavailable } from "../conformance/systems/installation.ts";
import { runLimited } from "../conformance/systems/run-limited.ts";
import { readSystems } from "../conformance/systems/system-list.ts";
import { systemSteps } from "./system-steps.ts";

test("every system is told apart by its folder and says which versions of clients it proves", async () => {
  const systems = await readSystems();
  expect(systems.map(({ name }) => name)).toEqual(expect.arrayContaining(["browser", "go", "java", "s3cmd"]));
  for (const { name, clients, programs, isPeer = false, isSource = false } of systems) {
    expect(clients.length > 0, name).toBe(!isPeer && !isSource);
    for (const client of clients)
      expect(client, name).toEqual({ name: expect.any(String), version: expect.any(String) });
    for (const { advice } of programs) expect(advice, name).toMatch(/^Install /);
  }
});

test("an unknown name is refused with the known ones", async () => {
  await expect(systemSteps(["go", "gopher"])).rejects.toThrow(/^No system is named gopher\. There are: browser, go, /);
});

test("a program that is not there makes its system unavailable, with the remedy", async () => {
  const system = { name: "none", clients: [], programs: [{ command: "no-such-program", advice: "Install it" }] };
  await expect(installSystem(system)).rejects.toThrow(
    new Unavailable("no-such-program is not on the PATH. Install it."),
  );
});

test("a program that hangs is ended at its limit with what it has started", async () => {
  // The output ends when both have ended, since the second has it from the first.
  const hanging =
    "require('child_process').spawn('tail', ['-f', '/dev/null'], { stdio: 'inherit' }); console.log('up')";
  const result = await runLimited(process.execPath, ["-e", hanging], { cwd: ".", environment: {}, seconds: 2 });
  expect(result).toMatchObject({ code: undefined, stdout: "up\n" });
});
