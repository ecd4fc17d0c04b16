import { validationFault } from "../../aws/faults.ts";
import { isRegion } from "../../aws/region.ts";
import type { Front } from "../front.ts";
import { requireCsrf } from "./require-csrf.ts";
import { pathHeader, regionHeader, studioPath } from "./studio-paths.ts";

const prefix = `${studioPath}/api`;

/**
 * The AWS API for the pages of Studio: unsigned, as the caller of the session. The cookie counts for nothing else, because
 * a page that somebody has stored in S3 has the same origin.
 */
export const studioApi: Front<never> = {
  unit: "front",
  name: "studio api",
  uses: [],
  path: `${prefix}/*`,
  callers: "session",
  async identify(request) {
    const session = await request.session();
    requireCsrf(request.head, session);
    return session.caller;
  },
  handle({ head }, { session, toApi }) {
    const region = head.headers[regionHeader] ?? session!.region;
    if (typeof region !== "string" || !isRegion(region))
      throw validationFault(`${regionHeader} is "${region}"; it must be a region such as us-east-1.`);
    const path = head.headers[pathHeader] ?? (head.path.slice(prefix.length) || "/");
    if (typeof path !== "string" || !/^\/[!-~]*$/.test(path) || /[?#]/.test(path))
      throw validationFault(`${pathHeader} is "${path}"; it must be an escaped path such as /bucket/a/../b.`);
    return toApi(path, region);
  },
};
