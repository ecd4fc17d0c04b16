import { expect, it } from "vitest";
import { adviseOnSandbox, type Machine } from "./sandbox-advice.ts";

const machine = (files: Readonly<Record<string, string>>, more: Partial<Machine> = {}): Machine => ({
  platform: "linux",
  isRoot: false,
  exists: (path) => path in files,
  read: (path) => files[path],
  ...more,
});
const missing = { works: false, reason: "bubblewrap (bwrap) is not installed", isMissing: true } as const;
const blocked = { works: false, reason: "bwrap: setting up uid map: Permission denied" } as const;

it("has nothing to say where the sandbox works", () => {
  expect(
    adviseOnSandbox(
      { works: true, kind: "bubblewrap", maker: ["/usr/bin/bwrap"], nests: true, isolates: true },
      machine({}),
    ),
  ).toBeUndefined();
});

it.each([
  ["apt-get", missing, machine({ "/usr/bin/apt-get": "" }), "Run: sudo apt-get install bubblewrap"],
  ["dnf as root", missing, machine({ "/usr/bin/dnf": "" }, { isRoot: true }), "Run: dnf install bubblewrap"],
  ["another way to install", missing, machine({}), "Install the package bubblewrap."],
  [
    "AppArmor",
    blocked,
    machine({ "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1", "/.dockerenv": "" }),
    "Run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  ],
  [
    "a kernel without user namespaces",
    blocked,
    machine({
      "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0",
      "/proc/sys/kernel/unprivileged_userns_clone": "0",
    }),
    "Run: sudo sysctl -w kernel.unprivileged_userns_clone=1",
  ],
  ["a container", blocked, machine({ "/run/.containerenv": "" }), "Run the container with --privileged."],
  ["macOS", missing, machine({}, { platform: "darwin" }), "Run Sagebrush in a Linux container or machine."],
])("names what helps: %s", (_, probe, on, fix) => {
  expect(adviseOnSandbox(probe, on)?.fix).toBe(fix);
});
