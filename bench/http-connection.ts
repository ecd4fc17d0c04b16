import { createConnection, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One kept connection for one request at a time, opened again when the server closes it after an answer. Reads Content-Length and chunked bodies. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  exchange(request: Buffer): Promise<Answer> {
    const socket = this.#socket ?? this.#open();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = createConnection({ port: this.#port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    const lost = (error: Error) => {
      // A former connection has nothing to do with the exchange under way.
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#settle?.reject(error);
    };
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", lost);
    socket.on("close", () => lost(new Error("The server closed the connection before it had answered.")));
    return socket;
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    const bodyStart = headEnd + 4;
    const body =
      length === undefined
        ? chunkedBody(this.#received.subarray(bodyStart))
        : this.#received.length >= bodyStart + Number(length)
          ? this.#received.toString("utf8", bodyStart, bodyStart + Number(length))
          : undefined;
    if (body === undefined) return;
    this.#received = Buffer.alloc(0);
    const settle = this.#settle;
    this.#settle = undefined;
    if (/^connection: *close/im.test(head)) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    settle?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}

function chunkedBody(bytes: Buffer): string | undefined {
  let text = "";
  for (let position = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", position);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", position, lineEnd), 16);
    const dataEnd = lineEnd + 2 + size;
    if (bytes.length < dataEnd + 2) return undefined;
    if (size === 0) return text;
    text += bytes.toString("utf8", lineEnd + 2, dataEnd);
    position = dataEnd + 2;
  }
}
