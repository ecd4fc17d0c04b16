/** What a server in a run answered to a request. */
export interface ModelAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Why there is no answer. */
export interface NoAnswer {
  readonly failure: string;
  /** Whether a byte of the request may have reached the server. */
  readonly begun: boolean;
  /** Whether the call ran into its limit: the server may hang. */
  readonly isLate?: boolean;
}

/** AWS's text for a timeout. */
export const timedOut =
  "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.";

/** The payload limit of InvokeEndpoint: the answer is held whole, as the request is. */
export const mostAnswerBytes = 25 * 1024 * 1024;

export const answerTooLarge = `The model server's answer is larger than ${mostAnswerBytes} bytes, the most an invocation may have. Send fewer rows at a time.`;

export const brokenAnswer = "The model server broke off its answer.";
