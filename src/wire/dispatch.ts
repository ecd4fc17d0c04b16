import { Fault } from "../aws/faults.ts";
import type { ProtocolName, RequestHead } from "./wire.ts";
import { type WireService, wireServices } from "./wire-services.ts";

/** The service and protocol of a request. The operation of a REST request is found later, by its service's routes. */
interface Dispatched {
  /** Absent when the request is for a service that is not in the table. */
  readonly service: WireService | undefined;
  readonly protocol: ProtocolName;
  /** Absent for REST. */
  readonly operationName: string | undefined;
  /** Why no operation of the service is meant, although the request names one. */
  readonly refusal?: Fault;
  /** The request in a few words for messages: "SageMaker.CreateModel", "lambda GET /2015-03-31/functions". */
  readonly title: string;
}

/** Whether the request is a form post to "/" or to a queue, which names its operation in the body. */
export const isFormPost = (head: RequestHead): boolean =>
  head.method === "POST" &&
  head.headers["x-amz-target"] === undefined &&
  (head.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded") &&
  (head.path === "/" || isPathOfQuery(head));

/**
 * Looks at the X-Amz-Target header, then at the path of RPC v2, then at `Action` and `Version` of a form or query, then
 * at the signing name. The protocol is the request's, not the service's, and is known before the signature is verified,
 * because the refusal of a wrong signature is written in it too.
 */
export function dispatch(head: RequestHead, form: Uint8Array | undefined): Dispatched {
  const target = head.headers["x-amz-target"];
  if (head.headers["smithy-protocol"] === "rpc-v2-cbor" && head.method === "POST") {
    const [, serviceName, operationName] = rpcPath.exec(head.path) ?? [];
    if (serviceName !== undefined) return byRpcPath(serviceName, operationName!, target !== undefined);
  }
  if (typeof target === "string") return byTarget(head, target);
  const fields = fieldsOf(head, form);
  const signingName = signingNameOf(head);
  if (fields?.has("Action")) return byAction(fields.get("Action")!, fields.get("Version"), signingName);
  return byPath(head, signingName, form !== undefined);
}

/**
 * The service of a request that no signature names, as pages of Studio send it: without it a bucket called `endpoints`
 * would be taken for the path of another service.
 */
const serviceHeader = "x-sagebrush-service";

/** Only the last four segments count. */
const rpcPath = /\/service\/([^/]+)\/operation\/([^/]+)$/;

/** `name` is the shape's, which may follow its namespace: "com.amazonaws.cloudwatch.GraniteServiceVersion20100801". */
function byRpcPath(name: string, operationName: string, hasTarget: boolean): Dispatched {
  const shapeName = name.slice(name.lastIndexOf(".") + 1);
  const service = wireServices.find((row) => row.rpcV2Cbor && row.targetPrefix === shapeName);
  const title = `${service?.title ?? shapeName}.${operationName}`;
  const refusal = hasTarget
    ? new Fault("SerializationException", "A request of rpc-v2-cbor can not have the header X-Amz-Target.")
    : undefined;
  return { service, protocol: "rpcV2Cbor", operationName, title, refusal };
}

function byTarget(head: RequestHead, target: string): Dispatched {
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, Math.max(dot, 0));
  const operationName = target.slice(dot + 1);
  const service = wireServices.find((row) => row.targetPrefix === prefix);
  const protocol = (head.headers["content-type"] ?? "").includes("json-1.0") ? "awsJson1.0" : "awsJson1.1";
  return { service, protocol, operationName, title: service ? `${service.title}.${operationName}` : target };
}

/** A service knows the operations of its own version only. The service is the one that the request is signed for. */
function byAction(action: string, version: string | null, signingName: string | undefined): Dispatched {
  const service =
    wireServices.find((row) => row.query && row.signingName === signingName) ??
    wireServices.find((row) => row.query?.version === version);
  const title = `${service?.title ?? signingName ?? "Query"}.${action}`;
  const refusal = service && service.query!.version !== version ? unknownAction(action, version) : undefined;
  return { service, protocol: "awsQuery", operationName: action, title, refusal };
}

export const unknownAction = (action: string, version: string | null): Fault =>
  new Fault("InvalidAction", `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}`);

function byPath(head: RequestHead, signingName: string | undefined, isForm: boolean): Dispatched {
  const where = `${head.method} ${head.path}`;
  const queried = isForm && wireServices.find((row) => row.query && row.signingName === signingName);
  if (queried) {
    return { service: queried, protocol: "awsQuery", operationName: undefined, title: `${queried.title} ${where}` };
  }
  const named = signingName === undefined ? head.headers[serviceHeader] : undefined;
  const service = wireServices.find(
    (row) =>
      row.rest?.paths.test(head.path) &&
      (signingName === undefined || row.signingName === signingName) &&
      (named === undefined || row.id === named),
  );
  const title = `${service?.title ?? signingName ?? "Request"} ${where}`;
  return { service, protocol: service?.rest?.protocol ?? "restJson1", operationName: undefined, title };
}

/** Whether a request to a path is signed for a service that takes forms there. */
const isPathOfQuery = (head: RequestHead): boolean => {
  const signingName = signingNameOf(head);
  return wireServices.some((row) => row.query?.older && row.signingName === signingName);
};

function fieldsOf(head: RequestHead, form: Uint8Array | undefined): URLSearchParams | undefined {
  if (form) return new URLSearchParams(Buffer.from(form).toString("utf8"));
  return head.query.includes("Action=") && (head.path === "/" || isPathOfQuery(head))
    ? new URLSearchParams(head.query)
    : undefined;
}

const headerScope = /Credential=[^,\s]*\/\d{8}\/[^/,\s]*\/([^/,\s]+)\/aws4_request/;

/**
 * Returns the service name in the signature's credential scope. SigV2, which names no service, is S3's.
 */
function signingNameOf(head: RequestHead): string | undefined {
  const { authorization } = head.headers;
  if (authorization?.startsWith("AWS ")) return "s3";
  if (authorization) return headerScope.exec(authorization)?.[1];
  if (head.query.includes("X-Amz-Credential=")) {
    return new URLSearchParams(head.query).get("X-Amz-Credential")?.split("/")[3];
  }
  return head.query.includes("AWSAccessKeyId=") ? "s3" : undefined;
}
