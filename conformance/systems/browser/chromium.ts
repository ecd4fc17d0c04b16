import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A page in a headless Chromium. */
export interface Page {
  /** What the console, the log and failed requests said, since the page was opened. */
  readonly complaints: readonly string[];
  resize(width: number): Promise<void>;
  /** Resolves when the page has loaded. */
  open(url: string): Promise<void>;
  /** Resolves when the page that is open has been loaded anew by itself. */
  reloaded(): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: the protocol's messages are what each method says
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** Nothing but the page that is asked for: no updates, no sync, no look-ups. */
const quiet =
  "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --remote-debugging-port=0";

export async function openChromium(): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), "sagebrush-chromium-"));
  // Chromium refuses its sandbox to root.
  const words = [
    ...quiet.split(" "),
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    `--user-data-dir=${profile}`,
  ];
  const child = spawn("chromium", words, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const end = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    if (ended) process.kill(-child.pid!, "SIGKILL");
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return await openPage(await debuggingAddress(child), end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const bytes of child.stderr!) {
    said += bytes;
    const found = /DevTools listening on (\S+)/.exec(said);
    if (found) {
      child.stderr!.resume();
      return found[1]!;
    }
  }
  throw new Error(`Chromium ended before it could be reached:\n${said}`);
}

async function openPage(address: string, end: () => Promise<void>): Promise<Page> {
  const socket = new WebSocket(address);
  const answers = new Map<number, (message: Message) => void>();
  const complaints: string[] = [];
  let loads: (() => void)[] = [];
  let session: string | undefined;

  const listeners: Readonly<Record<string, (params: Message["params"]) => void>> = {
    "Page.loadEventFired": () => {
      for (const loaded of loads) loaded();
      loads = [];
    },
    "Runtime.consoleAPICalled": ({ type, args }) => complaints.push(`${type}: ${JSON.stringify(args)}`),
    "Runtime.exceptionThrown": ({ exceptionDetails }) => complaints.push(`exception: ${exceptionDetails.text}`),
    "Log.entryAdded": ({ entry }) => complaints.push(`${entry.level}: ${entry.text} ${entry.url ?? ""}`),
    "Network.loadingFailed": ({ errorText }) => complaints.push(`request: ${errorText}`),
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) answers.get(message.id)?.(message);
    else listeners[message.method!]?.(message.params);
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`${address} could not be reached`));
  });

  let last = 0;
  const send = (method: string, params: object = {}): Promise<Message["result"]> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params, sessionId: session }));
    return new Promise((resolve, reject) => {
      answers.set(id, ({ result, error }) => {
        answers.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
    });
  };
  const loaded = () => new Promise<void>((resolve) => loads.push(resolve));

  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  return {
    complaints,
    async resize(width) {
      const metrics = { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 };
      await send("Emulation.setDeviceMetricsOverride", metrics);
    },
    async open(url) {
      const load = loaded();
      const { errorText } = await send("Page.navigate", { url });
      if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
      await load;
    },
    reloaded: loaded,
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true });
      if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text}`);
      return result.value;
    },
    async close() {
      socket.close();
      await end();
    },
  };
}
