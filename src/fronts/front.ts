import type { Readable } from "node:stream";
import type { Caller, Grant } from "../aws/caller.ts";
import type { Connection, ConnectionWish } from "../base/connection.ts";
import type { IngestCheckpoint, IngestSource } from "../base/ingest-plan.ts";
import type { Lending, LendingWish } from "../base/lending.ts";
import type { Call } from "../wire/call.ts";
import type { RequestHead, WireResponse } from "../wire/wire.ts";

/** HTTP that is not the AWS API: Studio, the guide, the server's own administration. */
export interface Front<Use extends keyof ServerControls = keyof ServerControls> {
  readonly unit: "front";
  /** The front's name in the access log. */
  readonly name: string;
  /** What it needs of the server itself: it gets nothing else of it. */
  readonly uses: readonly Use[];
  /** Whether it answers while the server is being reset. It must then write nothing. */
  readonly duringReset?: boolean;
  /**
   * The path of its requests; with a `*` as its last part, that path and all below it. Of several fronts that a path
   * fits, the one with the longest has it. Looked at before the AWS API, so it must not be a possible path of S3.
   */
  readonly path: string;
  /**
   * A name before those of the server: a front of the host "apps" has the requests to NAME.apps.localhost. Absent for
   * the server's own names.
   */
  readonly host?: string;
  /** Which requests for its path are its own; absent when all are. */
  serves?(head: RequestHead): boolean;
  /** How its callers are known, which says what the chain checks of a request before the front sees it. */
  readonly callers: Callers;
  /**
   * Returns who sends the request: the caller as which the front calls operations.
   * @throws Fault for someone who may not use the front
   */
  identify(request: UnidentifiedRequest): Promise<Caller> | Caller;
  handle(request: FrontRequest, context: FrontContext<Use>): Promise<WireResponse>;
  /** Answers a request to speak WebSocket: `accept` agrees to it. Without this, such a request is like any other. */
  upgrade?(request: FrontUpgrade, context: Pick<FrontContext<Use>, "caller" | "session" | "server">): void;
}

/**
 * `signed`: each request is signed, for whatever name the client knows the server by. `anyone`: the Host must be a name of
 * the server, since a web page may have led its own name here. `session`: besides, nobody between client and server can
 * read along, and no page of another origin has sent it.
 */
export type Callers = "signed" | "anyone" | "session";

/** What is known of a request without its body. */
interface RequestFacts {
  readonly head: RequestHead;
  /**
   * Whether the client is on this machine and addressed it by a name of this machine; false for a request that a web
   * page sent through a name of its own.
   */
  readonly local: boolean;
}

/** A request, with the ways to find out who sends it. */
export interface UnidentifiedRequest extends RequestFacts {
  /**
   * Returns the caller of a request with a SigV4 signature for a service of that name.
   * @throws Fault in AWS's words when the signature is missing or wrong
   */
  signedFor(signingName: string): Promise<Caller>;
  /** Returns a caller of the front's own for anyone, who may do what `grants` allow and nothing else. */
  anyone(grants: readonly Grant[]): Caller;
  /**
   * Returns the session that the request's cookie is of.
   * @throws Fault 401 when there is none any more
   */
  session(): Promise<Session>;
}

export interface FrontRequest extends RequestFacts {
  readonly body: FrontBody;
  /** Whether the client reached the server, or a proxy that it trusts, by TLS. */
  readonly secure: boolean;
}

export interface FrontUpgrade extends RequestFacts {
  accept(): FrontSocket;
}

/** A connection that speaks WebSocket, in texts. One whose client is gone ends by itself. */
export interface FrontSocket {
  /** What the client has not taken yet. */
  readonly waitingBytes: number;
  /** `sent` is called when the text has left. Does nothing once the socket has ended. */
  send(text: string, sent?: () => void): void;
  close(code: number, reason: string): void;
  onText(heard: (text: string) => void): void;
  onEnd(ended: () => void): void;
}

/** A body, which is read once. */
interface FrontBody {
  /** The whole of it, at most 1 MiB. */
  whole(): Promise<Uint8Array>;
  /** As it arrives, without a limit. */
  stream(): Readable;
}

/** What a front may use: the product's operations, and the server itself. */
export interface FrontContext<Use extends keyof ServerControls = keyof ServerControls> {
  readonly requestId: string;
  readonly caller: Caller;
  /** Calls operations as the caller, in the region of the setting. */
  readonly call: Call;
  /** Set when the front has identified the caller by it. */
  readonly session?: Session | undefined;
  /**
   * Hands the request to the path of AWS requests, as one of the caller for `path`, and returns the answer. Nothing is
   * signed; all else is as for a client's request.
   */
  toApi(path: string, region: string): Promise<WireResponse>;
  readonly server: Pick<ServerControls, Use>;
}

/** What only the server itself can report and do. */
export interface ServerControls {
  status(): ServerStatus;
  /** What runs and what ended lately, of all kinds, in all regions. */
  activity(): Promise<Activity>;
  /** Empties the home: resources, objects, journals and runs; keys stay. */
  reset(): Promise<void>;
  /** Stops all runs and then the server, after the response is sent. */
  stop(): void;
  readonly sessions: Sessions;
  readonly ingestions: Ingestions;
  /** Tells a page of Studio over a socket what changes of what it shows, from that number of the change feed on. */
  live(socket: FrontSocket, head: RequestHead, after: number | undefined): void;
  /** Tells how a database is reached, for a role. @throws Fault for one that is not known, or not for the role */
  connection(wish: ConnectionWish, role: string): Connection;
  /** The certificate of the key by which topics sign, in PEM; undefined while there is none. */
  topicCertificate(): Promise<string | undefined>;
  /** Puts objects into the own folder of the run that asks, as files that it must not write to. */
  lend(caller: Caller, call: Call, wish: LendingWish): Promise<Lending>;
}

/** A stream that is to be taken into a feature group. */
export interface IngestionWish {
  readonly group: string;
  readonly source: IngestSource;
  /** Where refused records go: "s3://bucket/prefix". */
  readonly deadLetter: string;
}

/** The streams that are taken into feature groups. */
export interface Ingestions {
  /** Returns its id. */
  begin(region: string, wish: IngestionWish): Promise<string>;
  list(): Promise<
    readonly {
      readonly id: string;
      readonly region: string;
      readonly status: string;
      readonly wanted: IngestionWish;
      readonly checkpoint: IngestCheckpoint;
      /** Why it does not run now; absent where it does. */
      readonly reason: string | undefined;
    }[]
  >;
  stop(region: string, id: string): Promise<void>;
}

/** A signed-in browser. */
export interface Session {
  readonly caller: Caller;
  readonly region: string;
  /** What a page of Studio proves with that it may use the cookie: no other page can read it. */
  readonly csrf: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** How browsers sign in and out. */
export interface Sessions {
  /** Makes an address that signs in the administrator, once and for five minutes. */
  makeLink(): string;
  /** Makes a text to sign with an access key, once and for five minutes. */
  makeChallenge(): string;
  /**
   * Begins a session, and returns the header that gives its cookie to the browser.
   * @throws Fault when the link or the challenge was used or is too old
   */
  signIn(request: FrontRequest, proof: { link: string } | { challenge: string; caller: Caller }): Promise<SignedIn>;
  /** Ends the session of the request's cookie, and returns the header that takes the cookie from the browser. */
  signOut(request: FrontRequest): Promise<string>;
}

export interface SignedIn {
  readonly setCookie: string;
  readonly session: Session;
}

export interface ServerStatus {
  readonly version: string;
  readonly url: string;
  readonly home: string;
  readonly account: string;
  readonly region: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly memoryBytes: number;
  /** The processes of the data plane beside this one; none when this one does all. */
  readonly workers: readonly WorkerStatus[];
  /** What is wrong with how the server runs, one line each, with what to do about it. */
  readonly warnings: readonly string[];
}

export interface WorkerStatus {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly memoryBytes: number;
  /** Open ones. */
  readonly connections: number;
  /** Since its start: all, and those of them that it has handed on. */
  readonly requests: number;
  readonly handedOn: number;
}

export interface Activity {
  /** The newest first. */
  readonly running: readonly Shown[];
  /** What ended last first. */
  readonly ended: readonly Shown[];
}

/** A document of a kind that has statuses in which it runs. */
export interface Shown {
  /** The kind's title: "Training job". */
  readonly what: string;
  readonly name: string;
  /** Absent for kinds without regions. */
  readonly region: string | undefined;
  readonly status: string;
  /** Whether that is what was hoped for or not, as the kind's table says; absent for all else. */
  readonly tone?: "good" | "bad";
  /** Why it has that status, where there is more to say. */
  readonly reason: string | undefined;
  /** When it was made, or when it ended. */
  readonly since: Date;
}
