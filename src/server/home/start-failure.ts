/** Says why the server cannot start, in words for the person at the terminal; shown without a stack. */
export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "StartFailure";
    this.exitCode = options.exitCode ?? 1;
  }
}
