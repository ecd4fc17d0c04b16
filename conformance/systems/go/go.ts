import { join } from "node:path";
import { buildGo } from "../build-go.ts";
import { defineSystem, pinnedClients } from "../define-system.ts";

const modules = {
  "github.com/aws/aws-sdk-go-v2": "AWS SDK for Go v2",
  "github.com/aws/aws-sdk-go-v2/service/s3": "AWS SDK for Go v2, S3",
  "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager": "AWS SDK for Go v2, S3 transfer manager",
  "github.com/aws/aws-sdk-go-v2/service/sagemaker": "AWS SDK for Go v2, SageMaker",
  "github.com/aws/aws-sdk-go-v2/service/cloudwatch": "AWS SDK for Go v2, CloudWatch",
};

/** The program that docs/guide/go.md shows. */
const example = join(import.meta.dirname, "..", "..", "..", "examples", "go");

/** Programs for AWS's SDK for Go, each a case of one client. */
export const go = defineSystem({
  name: "go",
  clients: pinnedClients("go", "go.mod", modules, (name) => new RegExp(`${name} v(\\S+)`)),
  programs: [{ command: "go", advice: "Install Go 1.26 or newer" }],
  sources: ["examples/go"],
  async install(installation) {
    await buildGo(installation, { module: installation.source, package: ".", name: "client" });
    await buildGo(installation, { module: example, package: ".", name: "example" });
  },
});
