import { join } from "node:path";
import { defineSystem, pinnedClients } from "../define-system.ts";

const crates = { "aws-sdk-s3": "AWS SDK for Rust, S3", "aws-sdk-cloudwatch": "AWS SDK for Rust, CloudWatch" };

/** Programs for AWS's SDK for Rust, which reads CBOR by type where others convert. */
export const rust = defineSystem({
  name: "rust",
  clients: pinnedClients("rust", "Cargo.lock", crates, (name) => new RegExp(`name = "${name}"\\nversion = "([^"]+)`)),
  programs: [{ command: "cargo", advice: "Install Rust 1.95 or newer with cargo" }],
  async install({ folder, source, fetch, build }) {
    const environment = { CARGO_HOME: join(folder, "cargo"), CARGO_TARGET_DIR: join(folder, "target") };
    const manifest = ["--manifest-path", join(source, "Cargo.toml"), "--locked", "--quiet"];
    await fetch("cargo", ["fetch", ...manifest], environment);
    await build("cargo", ["build", ...manifest, "--offline"], environment);
  },
});
