import { readFileSync } from "node:fs";

/** Returns the server's address, which may have changed since the run was started. */
export function serverAddress(): string {
  const file = process.env.SAGEBRUSH_ADDRESS_FILE;
  if (file) {
    try {
      return readFileSync(file, "utf8").trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  const address = process.env.AWS_ENDPOINT_URL;
  if (!address) throw new Error("Neither SAGEBRUSH_ADDRESS_FILE nor AWS_ENDPOINT_URL says where the server is");
  return address;
}
