import { setTimeout as delay } from "node:timers/promises";

export const firstRetryMilliseconds = 200;
const lastRetryMilliseconds = 5_000;
/** A request is given up after this many failures in a row, about half a minute. An absent server does not count. */
export const mostFailures = 10;
/** The same of a run that is being stopped, about three seconds. */
const mostFailuresWhenStopping = 5;

export interface PersistenceOptions {
  /** Ends all waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Once it has aborted, a full disk is a failure like any other, and fewer failures in a row are borne. */
  readonly stopping?: AbortSignal | undefined;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/** Returns what attempts a request until the server answers, or fails it again and again. */
export function persistence({
  pause,
  signal,
  stopping,
}: PersistenceOptions): <T>(attempt: () => Promise<T>) => Promise<T> {
  const wait = pause ?? ((milliseconds: number) => delay(milliseconds, undefined, signal && { signal }));
  return async (attempt) => {
    let failures = 0;
    for (let pauseMilliseconds = firstRetryMilliseconds; ; ) {
      signal?.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        if (!isServerAway(error)) throw error;
        failures = isFailure(error, stopping?.aborted) ? failures + 1 : 0;
        if (failures >= (stopping?.aborted ? mostFailuresWhenStopping : mostFailures)) throw error;
        await wait(pauseMilliseconds);
      }
      pauseMilliseconds = Math.min(pauseMilliseconds * 2, lastRetryMilliseconds);
    }
  };
}

/**
 * Whether to retry: no answer, half an answer, a 5xx, or an unknown key. A run's key is valid while the run goes on, so
 * a server that does not know the key is another one that has taken the address.
 */
export function isServerAway(error: unknown): boolean {
  const { name, code, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status < 300 || (status >= 500 && status !== 501) || name === "InvalidAccessKeyId";
  return name === "TimeoutError" || message === "aborted" || (code !== undefined && connectionFaults.test(code));
}

/**
 * Whether a retried error counts as a failure of the server. An unknown key does not. Of a run that is being stopped a
 * full disk does (503), and a connection that breaks: a refusal may come before the body is sent, and break it.
 */
function isFailure(error: unknown, isStopping = false): boolean {
  const { name, code, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return message === "aborted" || (isStopping && code !== "ECONNREFUSED");
  return (status !== 503 || isStopping) && name !== "InvalidAccessKeyId";
}

type SentError = Error & { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };

/** Codes of the system, and of Node's parser and streams. */
const connectionFaults = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;
