import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { isRegion } from "../../aws/region.ts";
import { defineSetting } from "../../base/define-setting.ts";
import { integer } from "../../base/params.ts";

/** The settings of the server itself: where it is, and whose. */
export const serverSettings = {
  home: defineSetting({
    words: "The folder that holds everything the server keeps.",
    default: join(homedir(), ".sagebrush"),
    parse: (value) => (value ? resolve(value) : undefined),
    allowed: "a folder",
  }),
  host: defineSetting({
    words: "The address to listen on. Others than this machine reach the server only when this says so (0.0.0.0).",
    default: "127.0.0.1",
    parse: (value) => value || undefined,
    allowed: "a text that is not empty",
  }),
  hostName: defineSetting({
    words:
      "Names by which clients reach the server, beside localhost, with commas between. Pages for browsers are shown under these names alone, and requests to BUCKET.NAME are for that bucket, which S3's clients send to an address that has a name.",
    default: "",
    parse: (value) => (/^[a-z0-9-]+(\.[a-z0-9-]+)*( *, *[a-z0-9-]+(\.[a-z0-9-]+)*)*$/i.test(value) ? value : undefined),
    allowed: "hosts' names such as box.example.com",
  }),
  port: defineSetting({
    words: "The port to listen on; 0 picks a free one.",
    ...integer({ min: 0, max: 65_535, default: 4620 }),
  }),
  account: defineSetting({
    words:
      "The AWS account that everything in a new home belongs to, 123456789012 if none is given. A home keeps its own.",
    default: "",
    parse: (value) => (/^\d{12}$/.test(value) ? value : undefined),
    allowed: "twelve digits",
  }),
  adminKeyFile: defineSetting({
    words:
      "A file with the administrator's key as ID:SECRET on one line; without it a random one is made at the first start.",
    default: "",
    parse: (value) => (value ? resolve(value) : ""),
    allowed: "a file",
  }),
  region: defineSetting({
    words: "The region that `sagebrush env` names. Requests may name any region.",
    default: "us-east-1",
    parse: (value) => (isRegion(value) ? value : undefined),
    allowed: "a region such as us-east-1",
  }),
};
