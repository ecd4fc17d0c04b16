import { guidePath } from "../base/guide-path.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front } from "./front.ts";
import { studioPath } from "./studio/studio-paths.ts";

/** `/` leads a browser to Studio, and tells everyone else in words what this server is. It tells nothing else, to anyone. */
export const root: Front<"status"> = {
  unit: "front",
  name: "root",
  uses: ["status"],
  path: "/",
  // ListBuckets of S3 has the same path, but is signed; unsigned it comes from an AWS SDK, which gives each call an id.
  serves: ({ method, query, headers }) =>
    (method === "GET" || method === "HEAD") &&
    query === "" &&
    headers.authorization === undefined &&
    headers["amz-sdk-invocation-id"] === undefined,
  callers: "anyone",
  identify: (request) => request.anyone([]),
  async handle({ head }, { server }): Promise<WireResponse> {
    const headers = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
    const body = head.method === "GET" && { body: words(server.status()) };
    if (head.headers.accept?.includes("text/html"))
      return { status: 302, headers: { ...headers, Location: `${studioPath}/` }, ...body };
    return { status: 200, headers, ...body };
  },
};

const words = ({ version, url }: { readonly version: string; readonly url: string }): string =>
  `Sagebrush ${version} is ready. AWS clients reach it at this address (AWS_ENDPOINT_URL).

Studio: ${url}${studioPath}/
Guide:  ${url}${guidePath}
`;
