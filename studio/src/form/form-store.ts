import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";
import type { StructureShape } from "../../../src/wire/schema.ts";
import type { FormField } from "../declare/form-group.ts";
import { valueAt, withValueAt } from "../declare/path.ts";
import { declaredProblems, type Problems, problemFinder, withoutEntry } from "./form-state.ts";
import { type DraftRead, readDraft } from "./read-draft.ts";
import { withRequired } from "./with-required.ts";

/** What a form holds at a moment. What no change has touched is the same object as before. */
export interface FormState {
  /** What stands in the fields: the input, or the text that is none yet. */
  readonly draft: object;
  readonly input: object;
  /** The paths at which something is wrong that is to be shown. */
  readonly shown: readonly string[];
  /** Whether the form is to be sent: everything that is wrong is shown. */
  readonly isChecked: boolean;
  /** Returns what is wrong with a field and is to be shown. */
  problemAt(path: string): string | undefined;
  /** Whether something is wrong below a path, but for what is shown elsewhere: a section that has it opens. */
  hasProblemBelow(path: string, elsewhere?: ReadonlySet<string>): boolean;
}

/** The state of a form outside of what draws it: a field is drawn anew when its own part changes, however many there are. */
export interface FormStore {
  readonly facts: FactFinder;
  state(): FormState;
  subscribe(listener: () => void): () => void;
  change(path: string, value: unknown): void;
  removeEntry(list: string, index: number): void;
  /** Shows everything that is wrong. Returns whether the input may be sent. */
  check(): boolean;
  /** Shows what the server has refused, until something is changed. */
  refuse(problems: Problems): void;
}

interface Options {
  readonly shape: StructureShape;
  readonly facts: FactFinder;
  /** The picked fields. */
  readonly fields: readonly (string | FormField)[];
  readonly start: object;
  /** Returns the input as it is sent, where that is another than the fields say. */
  readonly complete?: ((input: object) => Completed) | undefined;
}

/** An input as it is sent. */
export interface Completed extends DraftRead {
  /** What is checked in its place, whose entries stand as they do in the fields. */
  readonly checked?: object;
}

interface Held {
  readonly draft: object;
  readonly touched: ReadonlySet<string>;
  readonly refused: Problems;
  readonly isChecked: boolean;
}

export function createFormStore({ shape, facts, fields, start, complete }: Options): FormStore {
  const find = problemFinder(shape, facts);
  const listeners = new Set<() => void>();
  let held: Held = { draft: start, touched: new Set(), refused: new Map(), isChecked: false };
  let problems: Problems = new Map();
  let state = derived();

  function derived(): FormState {
    const { draft, touched, refused, isChecked } = held;
    const { input: read, problems: unread } = readDraft(shape, facts, draft);
    const completed: Completed = complete?.(read) ?? { input: read, problems: new Map() };
    const { input, problems: lacking, checked = input } = completed;
    const found = find(withRequired(shape, checked));
    problems = new Map([...declaredProblems(fields, read), ...found, ...lacking, ...unread]);
    const problemAt = (path: string) =>
      refused.get(path) ?? (touched.has(path) || unread.has(path) || isChecked ? problems.get(path) : undefined);
    const paths = new Set([...problems.keys(), ...refused.keys()]);
    const shown = [...paths].filter((path) => problemAt(path) !== undefined);
    return {
      ...{ draft, input, shown, isChecked, problemAt },
      hasProblemBelow: (path, elsewhere = new Set()) =>
        shown.some((one) => one !== "" && isBelow(one, path) && ![...elsewhere].some((other) => isBelow(one, other))),
    };
  }
  const set = (next: Partial<Held>) => {
    held = { ...held, ...next };
    state = derived();
    for (const listener of listeners) listener();
  };
  return {
    facts,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change(path, value) {
      const draft = (withValueAt(held.draft, path.split("."), value) ?? {}) as object;
      set({ draft, touched: new Set(held.touched).add(path), refused: new Map() });
    },
    removeEntry(list, index) {
      const left = (valueAt(held.draft, list) as readonly unknown[]).toSpliced(index, 1);
      const draft = (withValueAt(held.draft, list.split("."), left.length > 0 ? left : undefined) ?? {}) as object;
      set({ draft, touched: withoutEntry(held.touched, list, index).add(list), refused: new Map() });
    },
    check() {
      set({ isChecked: true });
      return problems.size === 0;
    },
    refuse: (refused) => set({ refused }),
  };
}

export const isBelow = (path: string, above: string): boolean => above === "" || `${path}.`.startsWith(`${above}.`);
