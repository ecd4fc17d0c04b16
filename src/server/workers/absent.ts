/** Stands for what a worker does not have. A handler of the data plane that asks for it is a mistake, and fails. */
export const absent = (what: string): never =>
  new Proxy(() => {}, {
    get() {
      throw new Error(`A process of the data plane has no ${what}: this call needs controlOnly()`);
    },
    apply() {
      throw new Error(`A process of the data plane has no ${what}: this call needs controlOnly()`);
    },
  }) as never;
