/** Works by itself, from its start to its stop. */
export interface Worker {
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** Returns a worker that can be started again after it was stopped: by a new one each time. */
export function renewable(make: () => Worker): Worker {
  let worker: Worker | undefined;
  return {
    async start() {
      worker = make();
      await worker.start();
    },
    async stop() {
      await worker?.stop();
      worker = undefined;
    },
  };
}

/**
 * Returns what a part declares whose worker has that name: the worker works while the server does, and rests in a
 * reset.
 */
export function working<Name extends string>(name: Name) {
  type Opened = Readonly<Record<Name, Worker>>;
  const start = (opened: Opened) => opened[name].start();
  const stop = (opened: Opened) => opened[name].stop();
  return { start, pause: stop, resume: start, close: stop };
}
