import { type Asked, after, before, type LogPage, type LogPlace, type LogWindow, windowOf } from "./log-window.ts";

interface Options {
  readonly read: (asked: Asked, signal: AbortSignal) => Promise<LogPage>;
  readonly show: (window: LogWindow) => void;
  readonly fail: (error: Error) => void;
}

/** Reads a stream around a place, one page at a time. */
export class LogReader {
  readonly #options: Options;
  #window: LogWindow | undefined;
  /** Ends what is being read when something else is asked for. */
  #reading = new AbortController();
  #isBusy = false;
  /** Whether the stream has grown since what is being read was asked for: its answer may not have the new lines. */
  #hasGrown = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Reads another place. */
  async jump(place: LogPlace): Promise<void> {
    this.end();
    this.#reading = new AbortController();
    this.#hasGrown = false;
    await this.#alone(async (signal) => {
      const startTime = typeof place === "object" ? place.time : undefined;
      const page = await this.#options.read({ startTime, fromHead: place !== "end" }, signal);
      const isBeyond = page.lines.length === 0 && startTime !== undefined;
      if (isBeyond) this.#show(windowOf(await this.#options.read({ fromHead: false }, signal), "end"), signal);
      else this.#show(windowOf(page, place), signal);
    });
  }

  /** Reads what is before the window. What is asked for while something is read is asked for again by scrolling. */
  async earlier(): Promise<void> {
    const known = this.#window;
    if (!known || known.atStart || this.#isBusy) return;
    await this.#alone(async (signal) => {
      const page = await this.#options.read({ token: known.pages[0]!.backward, fromHead: false }, signal);
      this.#show(before(known, page), signal);
    });
  }

  /** Reads what is after the window: a page, or all up to the end. */
  async later(untilEnd = false): Promise<void> {
    if (!this.#window || this.#isBusy) return;
    await this.#alone(async (signal) => {
      for (;;) {
        const known = this.#window!;
        const page = await this.#options.read({ token: known.pages.at(-1)!.forward, fromHead: true }, signal);
        if (page.lines.length > 0 || !known.atEnd) this.#show(after(known, page), signal);
        if (page.lines.length === 0 || !untilEnd || signal.aborted) return;
      }
    });
  }

  /** Told that the stream has grown: its lines are read where the window ends with it; elsewhere they are not in sight. */
  grown(): void {
    if (this.#isBusy) {
      this.#hasGrown = true;
      return;
    }
    this.#hasGrown = false;
    // A stream that was not there when it was asked for is now.
    if (!this.#window) void this.jump("end");
    else if (this.#window.atEnd) void this.later(true);
  }

  end(): void {
    this.#reading.abort();
  }

  #show(window: LogWindow, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#window = window;
    this.#options.show(window);
  }

  async #alone(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#reading;
    this.#isBusy = true;
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) this.#options.fail(error as Error);
    }
    // What was ended has left its place to another.
    if (signal.aborted) return;
    this.#isBusy = false;
    if (this.#hasGrown) this.grown();
  }
}
