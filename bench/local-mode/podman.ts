import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, ".cache", "bench", "local-mode");
const programs = ["podman", "runc", "slirp4netns", "debootstrap", "docker-compose"];
const imageName = "localhost/sagebrush-bench-toolkit:latest";

/** Podman's service for the SDK's local mode, and an image of Debian with AWS's training toolkit. */
export interface LocalMode {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

export async function startLocalMode(): Promise<LocalMode> {
  const missing = programs.filter((program) => !onPath(program));
  if (missing.length > 0)
    throw new Error(`${missing.join(", ")} missing; on Debian: apt-get install ${programs.join(" ")} uidmap gcc`);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "containers.conf");
  writeFileSync(
    config,
    [
      "[containers]",
      'default_ulimits=["nofile=1024:1024","nproc=4096:4096"]',
      "[engine]",
      'runtime="runc"',
      'cgroup_manager="cgroupfs"',
      'events_logger="file"',
    ].join("\n"),
  );
  const environment = { CONTAINERS_CONF: config, DOCKER_HOST: `unix://${join(folder, "podman.sock")}` };
  const env = { ...process.env, ...environment };
  makeImage(env);
  const service = spawn("podman", ["system", "service", "--time=0", environment.DOCKER_HOST], { env, stdio: "ignore" });
  while (!existsSync(join(folder, "podman.sock"))) await pause(100);
  return { image: imageName, environment, close: () => void service.kill() };
}

const onPath = (program: string) =>
  (process.env.PATH ?? "").split(":").some((place) => place !== "" && existsSync(join(place, program)));

/** Makes the image once; a minute. */
function makeImage(env: NodeJS.ProcessEnv): void {
  const run = (program: string, ...words: string[]) => execFileSync(program, words, { env, stdio: "pipe" });
  try {
    run("podman", "image", "exists", imageName);
    return;
  } catch {
    console.log("making the image of local mode ...");
  }
  const system = join(folder, "system");
  if (!existsSync(join(system, "usr/bin/python3")))
    run("debootstrap", "--variant=minbase", "--include=python3", "bookworm", system);
  // The packages are installed from here, by a Python of the same version: the image has no compiler.
  const packages = join(system, "usr/local/lib/python3.11/dist-packages");
  run("python3.11", "-m", "pip", "install", "--quiet", "--target", packages, "--upgrade", "sagemaker-training==5.1.4");
  if (!existsSync(join(system, "usr/bin/python"))) symlinkSync("python3", join(system, "usr/bin/python"));
  const train = "#!/usr/bin/python3\nfrom sagemaker_training.cli.train import main\n\nmain()\n";
  writeFileSync(join(system, "usr/local/bin/train"), train, { mode: 0o755 });
  const archive = join(folder, "system.tar");
  run("tar", "-C", system, "-cf", archive, ".");
  run("podman", "import", archive, imageName);
  run("rm", "-rf", archive, system);
}
