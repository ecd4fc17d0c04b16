/** What the job's owner can put right. The message becomes the job's FailureReason, after "ClientError: ". */
export class ClientError extends Error {
  override readonly name = "ClientError";
}
