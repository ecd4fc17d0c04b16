import { defineSystem } from "../define-system.ts";

/** rclone stands on AWS's SDK for Go; Debian's is of the time of version 1 of it. */
export const rclone = defineSystem({
  name: "rclone",
  clients: [{ name: "rclone", version: "1.60.1 (Debian 12)" }],
  programs: [{ command: "rclone", debian: "rclone", advice: "Install rclone (the package rclone of Debian)" }],
});
