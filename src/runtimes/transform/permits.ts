/** Lets so many in at a time, in the order in which they came. */
export interface Permits {
  /** Resolves when there is room; what it gives is called when the room is given back. */
  take(): Promise<() => void>;
}

export function createPermits(count: number): Permits {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return {
    take: () =>
      new Promise((resolve) => {
        let isLeft = false;
        const enter = () =>
          resolve(() => {
            if (isLeft) return;
            isLeft = true;
            leave();
          });
        if (free > 0) {
          free--;
          enter();
        } else waiting.push(enter);
      }),
  };
}
