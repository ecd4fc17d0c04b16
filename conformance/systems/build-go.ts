import { join } from "node:path";
import type { Installation } from "./installation.ts";

/**
 * Builds a Go program into FOLDER/NAME. Modules and compiled packages are kept in the folder; what is downloaded can be
 * removed like any file.
 */
export async function buildGo({ folder, fetch, build }: Installation, program: string): Promise<void> {
  const environment = {
    GOMODCACHE: join(folder, "modules"),
    GOCACHE: join(folder, "compiled"),
    GOFLAGS: "-modcacherw -mod=readonly -buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
  };
  // Downloads the modules of what is built; `go mod download` takes those of everything that a module's tests need, too.
  await fetch("go", ["list", "-deps", "-f", "{{.Name}}", program], environment);
  await build("go", ["build", "-ldflags=-s -w", "-o", join(folder, "client"), program], environment);
}
