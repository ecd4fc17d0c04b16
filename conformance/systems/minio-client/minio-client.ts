import { buildGo } from "../build-go.ts";
import { defineSystem, pinnedClients } from "../define-system.ts";

const names = { "github.com/minio/mc": "MinIO's mc", "github.com/minio/minio-go/v7": "MinIO's client for Go" };

/** MinIO's command line, which stands on its own client for Go. */
export const minioClient = defineSystem({
  name: "minio-client",
  clients: pinnedClients("minio-client", "go.mod", names, (name) => new RegExp(`${name} v(\\S+)`)),
  programs: [{ command: "go", advice: "Install Go 1.26 or newer" }],
  install: (installation) =>
    buildGo(installation, { module: installation.source, package: "github.com/minio/mc", name: "client" }),
});
