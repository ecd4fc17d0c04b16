import { Conflict } from "../stores/resources/port.ts";

/** Reads, changes and writes a document again, with the version that is there by then, until nobody else was faster. */
export async function againOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
