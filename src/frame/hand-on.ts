/** Thrown where a call cannot be answered in this process: the request is handed on to the control process. */
export class HandOn extends Error {
  constructor() {
    super("This call is for the control process");
    this.name = "HandOn";
  }
}
