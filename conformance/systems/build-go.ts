import { join } from "node:path";
import type { Installation } from "./installation.ts";

interface GoProgram {
  /** The folder of the module. */
  readonly module: string;
  /** The package in it, or among the modules that it needs. */
  readonly package: string;
  /** The name that the program gets in the system's folder. */
  readonly name: string;
}

/**
 * Builds a Go program. Modules and compiled packages are kept in the folder; what is downloaded can be
 * removed like any file.
 */
export async function buildGo({ folder, fetch, build }: Installation, program: GoProgram): Promise<void> {
  const { module, name } = program;
  const environment = {
    GOMODCACHE: join(folder, "modules"),
    GOCACHE: join(folder, "compiled"),
    GOFLAGS: "-modcacherw -mod=readonly -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
  // Downloads the modules of what is built; `go mod download` takes those of everything that a module's tests need, too.
  await fetch("go", ["list", "-C", module, "-deps", "-f", "{{.Name}}", program.package], environment);
  await build("go", ["build", "-C", module, "-ldflags=-s -w", "-o", join(folder, name), program.package], environment);
}
