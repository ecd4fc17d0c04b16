/** Tells a piece of work that there may be something to do. */
export interface News {
  /** Aborts when the work is to end. */
  readonly signal: AbortSignal;
  /** Returns when there has been news since it returned last, when the time has passed, or when the work is to end. */
  next(milliseconds: number): Promise<void>;
  /** Is news itself. */
  tell(): void;
}

/** Work that goes on beside requests and reconciles, one piece under a name. What it must not lose it keeps in a store. */
export interface StandingWork {
  /** Begins a piece of work unless one of that name is under way; then it is told instead. */
  begin(name: string, work: (news: News) => Promise<void>): void;
  /** Tells a piece of work, if it is under way, that there may be something to do. */
  tell(name: string): void;
  isUnderWay(name: string): boolean;
  /** Ends all work and waits for it; work may be begun again afterwards. */
  close(): Promise<void>;
}

export function createStandingWork({
  report,
}: {
  readonly report: (what: string, error: unknown) => void;
}): StandingWork {
  const pieces = new Map<
    string,
    { readonly stop: AbortController; readonly news: News; readonly done: Promise<void> }
  >();
  return {
    begin(name, work) {
      const under = pieces.get(name);
      if (under) return under.news.tell();
      const stop = new AbortController();
      const news = createNews(stop.signal);
      const done = Promise.resolve()
        .then(() => work(news))
        .catch((error) => {
          if (!stop.signal.aborted) report(`${name} has ended`, error);
        })
        .finally(() => pieces.delete(name));
      pieces.set(name, { stop, news, done });
    },
    tell: (name) => pieces.get(name)?.news.tell(),
    isUnderWay: (name) => pieces.has(name),
    async close() {
      const all = [...pieces.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ done }) => done));
    },
  };
}

function createNews(signal: AbortSignal): News {
  let told = false;
  let wake: (() => void) | undefined;
  const tell = () => {
    told = true;
    wake?.();
  };
  signal.addEventListener("abort", tell, { once: true });
  return {
    signal,
    tell,
    async next(milliseconds) {
      if (!told && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      wake = undefined;
      told = false;
    },
  };
}
