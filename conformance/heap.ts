/**
 * The bytes of JavaScript heap that a process uses after a full garbage collection, asked of its inspector.
 * @param output what the process, and perhaps its launcher, wrote to stderr: "Debugger listening on ws://..."
 */
export async function collectedHeapBytes(output: string, pid: number): Promise<number> {
  for (const [, address] of output.matchAll(/Debugger listening on (ws:\S+)/g)) {
    const inspector = await connect(address!);
    if (!inspector) continue;
    try {
      if ((await inspector.evaluate("process.pid")) !== pid) continue;
      await inspector.call("HeapProfiler.collectGarbage", {});
      return (await inspector.evaluate("process.memoryUsage().heapUsed")) as number;
    } finally {
      inspector.close();
    }
  }
  throw new Error(`No inspector of process ${pid} is named in:\n${output}`);
}

interface Answer {
  readonly id: number;
  readonly result: { readonly result?: { readonly value: unknown } };
}

/** undefined when nothing listens at the address. */
async function connect(address: string) {
  const socket = new WebSocket(address);
  const open = await new Promise<boolean>((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
  if (!open) return undefined;
  let last = 0;
  const call = (method: string, params: object): Promise<Answer["result"]> => {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      const hear = (event: MessageEvent) => {
        const answer = JSON.parse(String(event.data)) as Answer;
        if (answer.id !== id) return;
        socket.removeEventListener("message", hear);
        resolve(answer.result);
      };
      socket.addEventListener("message", hear);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  return {
    call,
    evaluate: async (expression: string) => (await call("Runtime.evaluate", { expression })).result?.value,
    close: () => socket.close(),
  };
}
