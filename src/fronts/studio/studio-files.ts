import type { WireResponse } from "../../wire/wire.ts";
import type { Front, FrontRequest } from "../front.ts";
import { readStudioFiles, type StudioFile, type StudioFiles } from "./read-studio-files.ts";
import { signedInOrAnyone } from "./signed-in-or-anyone.ts";
import { studioHeaders } from "./studio-headers.ts";
import { studioPath } from "./studio-paths.ts";

/**
 * Studio's files, to anyone who may reach them: they are the same for everyone. Every path without a file is a page of the
 * app, for whoever is signed in.
 */
export const studioFiles: Front<never> = createStudioFiles(readStudioFiles);

export function createStudioFiles(read: () => StudioFiles): Front<never> {
  /** Read at the first request, again until Studio is built, and when it was built anew. */
  let kept: StudioFiles | undefined;
  const files = () => {
    if (kept?.at("index.html") === undefined || kept.isOutdated()) kept = read();
    return kept;
  };
  return {
    unit: "front",
    name: "studio",
    uses: [],
    duringReset: true,
    path: `${studioPath}/*`,
    callers: "session",
    identify: (request) => (isFile(request.head.path) ? request.anyone([]) : signedInOrAnyone(request)),
    async handle(request, { session }): Promise<WireResponse> {
      const { method, path, query } = request.head;
      if (method !== "GET" && method !== "HEAD")
        return text(405, "Studio's files answer GET and HEAD only.\n", { Allow: "GET, HEAD" });
      if (path === studioPath) return { status: 308, headers: { ...studioHeaders, Location: `${studioPath}/` } };
      const found = answerWith(files().at(path.slice(studioPath.length + 1)), request);
      if (found !== undefined) return found;
      // What an older page asks for after an upgrade is gone, and no page.
      if (isFile(path)) return text(404, `${path} is not there.\n`);
      const page = answerWith(files().at("index.html"), request);
      if (page === undefined) return text(503, notBuilt);
      // A click on another site's link carries no cookie yet: the sign-in page finds out, and leads on to the page.
      return session === undefined ? toSignIn(query === "" ? path : `${path}?${query}`) : page;
    },
  };
}

/** Names of things may have a dot too, and stand deeper in an address than files do. */
const isFile = (path: string): boolean => fileForm.test(path.slice(studioPath.length));
const fileForm = /^\/(?:assets\/|[^/]*\.\w+$|sign-in(?:\/|$))|\/\.\.?(?:\/|$)/;

const toSignIn = (address: string): WireResponse => ({
  status: 302,
  headers: {
    ...studioHeaders,
    ...{ "Cache-Control": "no-store", Location: `${studioPath}/sign-in?to=${encodeURIComponent(address)}` },
  },
});

const notBuilt = `Studio is not built in this folder of Sagebrush. In it, run

    npm run quickstart

which builds Studio, or start the server of a published package, which has it.
`;

/** Returns undefined for a file that is not there, or not any more. */
function answerWith(file: StudioFile | undefined, { head }: FrontRequest): WireResponse | undefined {
  const form = file?.inBest(head.headers["accept-encoding"]);
  if (file === undefined || form === undefined) return undefined;
  const { encoding, bytes } = form;
  const headers: Record<string, string> = {
    ...studioHeaders,
    "Content-Type": file.type,
    "Cache-Control": file.isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    ETag: `"${file.hash}${encoding === undefined ? "" : `-${encoding}`}"`,
    Vary: "Accept-Encoding",
    ...(encoding !== undefined && { "Content-Encoding": encoding }),
  };
  if (head.headers["if-none-match"] === headers.ETag) return { status: 304, headers };
  headers["Content-Length"] = String(bytes.byteLength);
  return { status: 200, headers, ...(head.method === "GET" && { body: bytes }) };
}

const text = (status: number, body: string, more: Record<string, string> = {}): WireResponse => ({
  status,
  headers: { ...studioHeaders, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...more },
  body,
});
