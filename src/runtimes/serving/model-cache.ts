import { setTimeout as pause } from "node:timers/promises";
import type { TargetFigures } from "../../images/multi-model-plan.ts";

/** What has the loaded models. */
export interface ModelHolder<Model> {
  /** Brings a target model's data to this machine. @throws when it is not to be had */
  fetch(target: string): Promise<void>;
  /** Loads what was brought. Returns "full" when there is no room in memory. @throws when it cannot be loaded */
  load(target: string): Promise<Model | "full">;
  /** Unloads a model and removes what was brought. */
  unload(target: string): Promise<void>;
}

interface Entry<Model> {
  readonly model: Promise<Model>;
  /** Requests that use it or wait for it. */
  users: number;
  /** When it was last asked for, by a counter. */
  used: number;
}

/** No other model can make room: those that are loaded are all in use, or the model is too large. */
export class NoRoomForModel extends Error {}

/** A load that takes longer than this holds up no other one. */
const patienceMilliseconds = 5_000;

/** Keeps models that requests ask for, and unloads those that were not asked for the longest when memory is full. */
export function createModelCache<Model>(
  holder: ModelHolder<Model>,
  {
    keeps,
    now = () => performance.now(),
    patience = () => pause(patienceMilliseconds, undefined, { ref: false }),
  }: {
    readonly keeps: boolean;
    readonly now?: () => number;
    /** Resolves when a load has held up the next one for long enough. */
    readonly patience?: () => Promise<unknown>;
  },
) {
  const entries = new Map<string, Entry<Model>>();
  let uses = 0;
  /** The models that are being unloaded: one that is asked for again comes after that. */
  const leaving = new Map<string, Promise<unknown>>();
  /** Models are loaded one after another, so that each sees what memory the others have left. */
  let loading: Promise<unknown> = Promise.resolve();

  async function bring(target: string, took: (figures: Partial<TargetFigures>) => void): Promise<Model> {
    const begun = now();
    try {
      await leaving.get(target);
      await holder.fetch(target);
      took({ downloadMilliseconds: now() - begun });
      const loaded = loading.then(() => load(target, took));
      loading = Promise.race([loaded.catch(() => {}), loading.then(patience)]);
      return await loaded;
    } catch (error) {
      entries.delete(target);
      await leave(target).catch(() => {});
      throw error;
    }
  }

  async function load(target: string, took: (figures: Partial<TargetFigures>) => void): Promise<Model> {
    let unloadMilliseconds = 0;
    for (;;) {
      const begun = now();
      const model = await holder.load(target);
      if (model !== "full") {
        took({
          loadMilliseconds: now() - begun,
          ...(unloadMilliseconds > 0 ? { unloadMilliseconds } : {}),
        });
        return model;
      }
      const leaving = now();
      if (!(await makeRoom())) throw new NoRoomForModel(`There is no memory for the model ${target}.`);
      unloadMilliseconds += now() - leaving;
    }
  }

  async function leave(target: string): Promise<void> {
    const left = holder.unload(target);
    const gone = left.catch(() => {});
    leaving.set(target, gone);
    try {
      await left;
    } finally {
      if (leaving.get(target) === gone) leaving.delete(target);
    }
  }

  /** Unloads the model that nobody uses and that was not asked for the longest. */
  async function makeRoom(): Promise<boolean> {
    const idle = [...entries].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.used - b.used);
    const [oldest] = idle;
    if (!oldest) return false;
    entries.delete(oldest[0]);
    await leave(oldest[0]);
    return true;
  }

  return {
    /** Calls `use` with a target's model, which is not unloaded meanwhile, and with what it took to have it. */
    async with<T>(target: string, use: (model: Model, figures: TargetFigures) => Promise<T>): Promise<T> {
      const begun = now();
      let figures: Partial<TargetFigures> = {};
      let entry = entries.get(target);
      const hit = entry !== undefined;
      if (!entry) {
        const model = bring(target, (more) => {
          figures = { ...figures, ...more };
        });
        model.catch(() => {});
        entry = { model, users: 0, used: 0 };
        entries.set(target, entry);
      }
      entry.users++;
      entry.used = ++uses;
      try {
        const model = await entry.model;
        return await use(model, {
          hit,
          ...(hit ? {} : { waitMilliseconds: now() - begun }),
          ...figures,
          loaded: entries.size,
        });
      } finally {
        entry.users--;
        if (!keeps && entry.users === 0 && entries.get(target) === entry) {
          entries.delete(target);
          await leave(target);
        }
      }
    },
  };
}
