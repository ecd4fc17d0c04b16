/** An output that is JSON already, as it was kept. It is written as it is, and read where it is not written. */
export class ReadyDocument {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The output as who called the operation in process sees it. */
export const plainOutput = (output: unknown): unknown =>
  output instanceof ReadyDocument ? JSON.parse(output.text) : output;
