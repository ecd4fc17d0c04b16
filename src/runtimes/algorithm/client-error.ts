/** An error that the job's owner can correct. The message becomes the job's FailureReason, after "ClientError: ". */
export class ClientError extends Error {
  override readonly name = "ClientError";
}
