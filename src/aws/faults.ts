/**
 * The error that a handler throws to refuse a request. Clients match on code and text, so both are part of the AWS
 * contract; the wire layer writes them in the protocol of the request.
 */
export class Fault extends Error {
  /** The AWS error code, as the client sees it: "ValidationException", "NoSuchKey". */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Members of the modelled error besides the message, such as "OriginalStatusCode" of ModelError or "BucketName". */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** Makes the fault for a value that meets the model's constraints but breaks another rule of the service. */
export const validationFault = (message: string): Fault => new Fault("ValidationException", message);

/**
 * The refusal of what AWS has and this version of Sagebrush has not. `what`: an operation, a member, or a value with
 * its member ("InputMode Pipe"); `instead`: what to do now, in words that need no document.
 */
export const notBuiltFault = (
  { code, status = 400 }: { readonly code: string; readonly status?: number },
  what: string,
  version: string,
  instead: string,
): Fault => new Fault(code, `${what} is not built in Sagebrush ${version}; ${instead}.`, { status });
