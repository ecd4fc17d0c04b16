/** Why an object could not be transformed, in the words of the job's data log. */
export class TransformFault extends Error {
  /** Whose fault it is: the data's, or the model server's. */
  readonly of: "ClientError" | "AlgorithmError";
  /** What the model server said with it. */
  readonly said: string | undefined;

  constructor(of: TransformFault["of"], message: string, said?: string) {
    super(message);
    this.of = of;
    this.said = said;
  }
}

export const dataFault = (message: string): TransformFault => new TransformFault("ClientError", message);
