import { defineSystem } from "../define-system.ts";

/** nginx with TLS before the server, set up as the guide says. */
export const nginx = defineSystem({
  name: "nginx",
  clients: [{ name: "nginx, with TLS before the server", version: "1.22.1 (Debian 12)" }],
  programs: [
    { command: "nginx", debian: "nginx-light", advice: "Install nginx" },
    { command: "openssl", debian: "openssl", advice: "Install OpenSSL" },
  ],
});
