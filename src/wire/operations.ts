import type { Readable } from "node:stream";
import type { Command, GetOutputType } from "@smithy/types";

/**
 * The types of handlers, taken from the AWS client packages: `HandlersFor<typeof import("@aws-sdk/client-sagemaker"),
 * "CreateModel" | "DescribeModel", Context>`. The command classes carry input and output; the types below remove what
 * is true only on the client's side ("| undefined" on required members, the stream helpers of blobs).
 */
// biome-ignore lint/suspicious/noExplicitAny: a constructor of any signature is meant
type AnyConstructor<T> = new (...args: any[]) => T;
// biome-ignore lint/suspicious/noExplicitAny: as in the SDK's own constraint
type AnyCommand = Command<any, any, any, any, any>;

type Commands<M> = {
  [K in keyof M as K extends `${infer N}Command` ? N : never]: M[K] extends AnyConstructor<infer C> ? C : never;
};
export type OperationName<M> = keyof Commands<M> & string;

type IsNever<T> = [T] extends [never] ? true : false;
type Has<U, X> = IsNever<Extract<U, X>> extends true ? false : true;
// biome-ignore lint/complexity/noBannedTypes: `{}` asks whether a member is optional
type Optional<T, K extends keyof T> = {} extends Pick<T, K> ? true : false;
// biome-ignore lint/suspicious/noExplicitAny: any stream of events
type Opaque = Date | Uint8Array | Readable | AsyncIterable<any> | ((...args: never[]) => unknown);

type Plain<T> = T extends Opaque
  ? T
  : T extends readonly (infer E)[]
    ? Plain<Exclude<E, undefined>>[]
    : T extends object
      ? { [K in keyof T]: Plain<Exclude<T[K], undefined>> | (Optional<T, K> extends true ? undefined : never) }
      : T;
type TopLevel<T> = {
  [K in keyof T]: Has<T[K], Readable> extends true
    ? T[K]
    : Plain<Exclude<T[K], undefined>> | (Optional<T, K> extends true ? undefined : never);
};
type InputBlob<U> = Has<U, ArrayBuffer> extends true ? Uint8Array : Has<U, Readable> extends true ? Readable : U;
type OutputBlob<U> = U extends { transformToString(encoding?: string): unknown } ? Readable | Uint8Array | string : U;

/** The input of a handler: a blob is a Uint8Array, a streaming blob a Readable, a timestamp a Date. */
export type InputOf<M, K extends OperationName<M>> = Commands<M>[K] extends { input: infer I }
  ? TopLevel<{ [P in keyof I]: InputBlob<I[P]> }>
  : never;

/** The output of a handler. A streaming blob may be a Readable, bytes or text. */
export type OutputOf<M, K extends OperationName<M>> = Commands<M>[K] extends AnyCommand
  ? TopLevel<{
      [P in keyof GetOutputType<Commands<M>[K]> as P extends "$metadata" ? never : P]: OutputBlob<
        GetOutputType<Commands<M>[K]>[P]
      >;
    }>
  : never;

export type HandlersFor<M, N extends OperationName<M>, Context> = {
  [K in N]: (input: InputOf<M, K>, context: Context) => Promise<OutputOf<M, K>>;
};
