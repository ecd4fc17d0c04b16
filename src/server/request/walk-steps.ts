/** A step of the request path. It adds to the exchange what it found out; a Fault that it throws is the answer. */
export type Step<Exchange> = (exchange: Exchange) => void | Promise<void>;

/** Runs the steps in their order. */
export async function walkSteps<Exchange>(steps: readonly Step<Exchange>[], exchange: Exchange): Promise<void> {
  // An iterator would be an object that lives as long as the walk.
  for (let index = 0; index < steps.length; index++) {
    const pending = steps[index]!(exchange);
    if (pending) await pending;
  }
}
