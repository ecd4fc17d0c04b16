import type { Socket } from "node:net";
import { garbageCollector } from "../../runtimes/garbage-collector.ts";
import { boundRegexps } from "../process/bounded-regexps.ts";
import { reportError } from "../process/report-error.ts";
import { createControlChannel } from "./control-channel.ts";
import type { ToWorker, WorkerStart } from "./worker-messages.ts";
import { workerParts } from "./worker-parts.ts";

const settleMilliseconds = 2_000;

/** Works for the control process at the other end of this process's channel, until that says "close" or is gone. */
export async function runWorker(): Promise<void> {
  // Nobody is there any more to whom an answer could be true.
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C reaches all processes of a terminal, systemd's SIGTERM all of a unit. The control process says what follows.
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});
  boundRegexps();
  const channel = createControlChannel();
  const begin = await new Promise<WorkerStart>((resolve) => {
    process.once("message", (message: ToWorker) => {
      if (message.type === "start") resolve(message.start);
    });
  });
  const parts = await workerParts.open({ begin, channel, report: reportError });
  const { httpServer, counters, traffic, quarantine, host } = parts.opened;
  quarantine.share(channel.quarantined);
  const sockets = new Set<Socket>();
  let finished = 0;
  let isTelling = false;

  const take = (connection: Socket) => {
    sockets.add(connection);
    connection.on("close", () => {
      sockets.delete(connection);
      finished++;
      if (isTelling) return;
      isTelling = true;
      setTimeout(() => {
        isTelling = false;
        channel.send({ type: "ended", connections: finished });
      }, tellMilliseconds);
    });
    httpServer.emit("connection", connection);
    connection.resume();
  };
  const pause = async () => {
    await traffic.pause();
    await host.metrics.clear();
    channel.send({ type: "paused" });
  };
  const close = async () => {
    const deadline = Date.now() + patienceMilliseconds;
    while (sockets.size > 0 && Date.now() < deadline) {
      httpServer.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await parts.close({ endRuns: false });
    process.exit(0);
  };

  process.on("message", (message: ToWorker, connection?: Socket) => {
    switch (message.type) {
      case "connection":
        channel.send({ type: "taken" });
        // One that was ended on the way comes without a handle.
        if (connection) take(connection);
        return;
      case "look":
        return channel.send({ type: "figures", figures: { memoryBytes: process.memoryUsage.rss(), ...counters } });
      case "quarantine":
        return quarantine.heard(message.runId, message.kept);
      case "pause":
        return void pause();
      case "resume":
        return traffic.resume();
      case "address":
        return channel.publish(message.url);
      case "done":
        return channel.done(message.number, message.problem, message.result);
      case "close":
        return void close();
    }
  });
  await parts.start();
  channel.send({ type: "ready" });
  setTimeout(() => garbageCollector()(), settleMilliseconds).unref();
}

/** Connections that end within this time are told of together. */
const tellMilliseconds = 20;
/** How long requests under way may take to end, as in a server of one process. */
const patienceMilliseconds = 5_000;
