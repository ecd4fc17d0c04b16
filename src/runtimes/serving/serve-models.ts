import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { refusalHeader, type TargetFigures, targetHeader, writeFigures } from "../../images/multi-model-plan.ts";
import { type PlannedModels, type ServingPlan, serverSocket } from "../../images/serving-plan.ts";
import { usualUnpackLimits } from "../../images/unpack-plan.ts";
import { tell } from "../events.ts";
import { fetchModel, ModelFault } from "../model-data.ts";
import { createModelCache, type ModelHolder, NoRoomForModel } from "./model-cache.ts";

const { createServer } = process.getBuiltinModule("node:http");

/** What a model of many answers. The body comes whole: it is held by the gateway, too. */
export interface TargetAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface TargetRequest {
  readonly headers: IncomingMessage["headers"];
  readonly body: Uint8Array;
}

/** What has loaded models and asks them. */
export interface ModelServers {
  /** Loads the model of a folder under a name. @throws LoadFault */
  load(name: string, folder: string): Promise<"loaded" | "full">;
  invoke(name: string, request: TargetRequest): Promise<TargetAnswer>;
  unload(name: string): Promise<void>;
}

/** A model that was brought and cannot be loaded: what its server said. */
export class LoadFault extends Error {}

/** The name by which servers know a target: its own may be no name of a file. */
const nameOf = (target: string): string => createHash("sha256").update(target).digest("hex").slice(0, 32);
const folderOf = (target: string): string => join("models", nameOf(target), "model");

/**
 * Serves many models by their target names, until the signal aborts: each is brought from the prefix when it is first
 * asked for, and unloaded when memory is needed for others.
 */
export async function serveModels(
  plan: ServingPlan & { readonly models: PlannedModels },
  servers: ModelServers,
  stopping: AbortSignal,
): Promise<void> {
  const { models, unpacked = usualUnpackLimits } = plan;
  const holder: ModelHolder<string> = {
    async fetch(target) {
      const key = `${models.prefix}${target}`;
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(plan.downloadSeconds * 1000)]);
      const url = `s3://${models.bucket}/${key}`;
      await fetchModel({ url, bucket: models.bucket, key, type: "archive" }, folderOf(target), unpacked, signal);
    },
    async load(target) {
      const loaded = servers.load(nameOf(target), join(process.cwd(), folderOf(target)));
      const answer = await Promise.race([loaded, endOfLoading(plan.startupSeconds, stopping)]);
      if (answer instanceof LoadFault) {
        loaded.catch(() => {});
        throw answer;
      }
      return answer === "full" ? "full" : nameOf(target);
    },
    async unload(target) {
      await servers.unload(nameOf(target));
      rmSync(join("models", nameOf(target)), { recursive: true, force: true });
    },
  };
  const cache = createModelCache(holder, { keeps: models.caches });

  async function answer(request: IncomingMessage): Promise<TargetAnswer> {
    const path = request.url!.split("?")[0];
    if (path === "/ping") return words(200, "");
    const target = request.headers["x-amzn-sagemaker-target-model"];
    if (path !== "/invocations" || request.method !== "POST" || typeof target !== "string")
      return words(404, "There are GET /ping, and POST /invocations with a target model.");
    const body = await wholeOf(request);
    try {
      return await cache.with(target, async (name, figures) =>
        withFigures(await servers.invoke(name, { headers: request.headers, body }), figures),
      );
    } catch (error) {
      if (error instanceof ModelFault) return words(400, refusalOf(error, models, target), { [refusalHeader]: "1" });
      if (error instanceof NoRoomForModel) return words(507, error.message);
      if (error instanceof LoadFault) return words(500, `The model ${target} could not be loaded: ${error.message}`);
      throw error;
    }
  }

  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, async (request, response) => {
    try {
      respond(response, await answer(request), stopping.aborted);
    } catch (error) {
      console.error(error);
      if (response.headersSent) response.destroy();
      else respond(response, words(500, "The server of the models failed; see its log."), stopping.aborted);
    }
  });
  rmSync(serverSocket, { force: true });
  await new Promise<void>((resolve) => server.listen(serverSocket, resolve));
  tell("InService");
  await new Promise<void>((resolve) => {
    const close = () => server.close(() => resolve());
    if (stopping.aborted) close();
    else stopping.addEventListener("abort", close, { once: true });
  });
}

/** Resolves when a model may be loaded no longer, with why. */
async function endOfLoading(seconds: number, stopping: AbortSignal): Promise<LoadFault> {
  const ended = await pause(seconds * 1000, true, { signal: stopping, ref: false }).catch(() => false);
  return new LoadFault(
    ended
      ? `it was not loaded within ${seconds} s (ContainerStartupHealthCheckTimeoutInSeconds of the variant).`
      : "its server is being stopped.",
  );
}

/** In AWS's words where the object is not there; else in ours. */
const refusalOf = (fault: ModelFault, { bucket, prefix }: PlannedModels, target: string): string =>
  fault.message.startsWith("Failed to download")
    ? `Failed to download model data(bucket: ${bucket}, key: ${prefix}${target}). Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model.`
    : fault.message;

const words = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): TargetAnswer => ({
  status,
  headers: { ...headers, "content-type": "text/plain" },
  body: Buffer.from(text),
});

const withFigures = ({ headers, ...answer }: TargetAnswer, figures: TargetFigures): TargetAnswer => {
  const { [refusalHeader]: _, ...own } = headers;
  return { ...answer, headers: { ...own, [targetHeader]: writeFigures(figures) } };
};

function respond(response: ServerResponse, { status, headers, body }: TargetAnswer, closes: boolean): void {
  response.writeHead(status, {
    ...headers,
    "content-length": body.byteLength,
    ...(closes ? { connection: "close" } : {}),
  });
  response.end(body);
}

/** The gateway has taken no more than an invocation may have. */
export async function wholeOf(message: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
