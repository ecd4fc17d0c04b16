import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

export interface Postgresql {
  readonly port: number;
  readonly password: string;
  query(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of its own on a port of this machine, with a user "reader" who has a password. It refuses to be root. */
export async function startPostgresql(port: number, password: string): Promise<Postgresql> {
  const programs = globSync("/usr/lib/postgresql/*/bin").sort().at(-1)!;
  const folder = mkdtempSync(join(tmpdir(), "postgresql-"));
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  const { uid, gid } = isRoot ? statSync("/var/lib/postgresql") : { uid: process.getuid!(), gid: process.getgid!() };
  writeFileSync(join(folder, "password"), password);
  for (const path of [folder, join(folder, "password")]) chownSync(path, uid, gid);
  const as = { uid, gid, cwd: folder };
  const data = join(folder, "data");
  const words = ["-D", data, "-U", "reader", "-A", "scram-sha-256", "--pwfile", join(folder, "password"), "-E", "UTF8"];
  execFileSync(join(programs, "initdb"), [...words, "--no-sync", "--locale=C.UTF-8"], { ...as, stdio: "ignore" });
  const options = ["-D", data, "-p", String(port), "-k", folder, "-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"];
  const server = spawn(join(programs, "postgres"), options, { ...as, stdio: ["ignore", "ignore", "pipe"] });
  for await (const text of server.stderr.setEncoding("utf8")) if (/ready to accept connections/.test(text)) break;
  server.stderr.resume();
  const query = async (sql: string) => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "reader", password, database: "postgres" });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  return {
    ...{ port, password, query },
    async stop() {
      server.kill("SIGINT");
      await once(server, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
