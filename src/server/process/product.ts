import { join } from "node:path";
import packageFile from "../../../package.json" with { type: "json" };

/** Where the product is installed: the folder that contains package.json. */
export const productRoot: string = join(import.meta.dirname, "..", "..", "..");
export const productVersion: string = packageFile.version;

/** The path of the Node that runs the server, for the commands of runs. */
export const productNode: string = process.execPath;
