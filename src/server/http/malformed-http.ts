import type { Socket } from "node:net";

/** The most bytes of a request line and its headers, as in S3 and AWS's load balancers. */
export const maximumHeadBytes = 16 * 1024;

const tooLargeXml = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>RequestHeaderSectionTooLarge</Code><Message>Your request header and query parameters exceed the maximum allowed size.</Message><MaxSizeAllowed>${maximumHeadBytes}</MaxSizeAllowed></Error>`;

/**
 * Answers what node:http could not read as a request, which therefore never reaches the chain, and ends the connection.
 * @param error the error of "clientError"; `rawPacket` is what was being read
 */
export function refuseMalformed(error: { code?: string; rawPacket?: Buffer }, socket: Socket): void {
  const { status, type = "text/plain; charset=utf-8", text } = answerTo(error.code ?? "unreadable", error.rawPacket);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function answerTo(code: string, packet: Buffer | undefined): { status: string; type?: string; text: string } {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return packet?.includes("/s3/aws4_request")
        ? { status: "400 Bad Request", type: "application/xml", text: tooLargeXml }
        : {
            status: "431 Request Header Fields Too Large",
            text: `The headers may have ${maximumHeadBytes} bytes at most.\n`,
          };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: "408 Request Timeout", text: "The request did not arrive in time.\n" };
    default:
      return { status: "400 Bad Request", text: `The request is not well-formed HTTP/1.1 (${code}).\n` };
  }
}
