import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly id: string;
  readonly secret: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly port: number;
  readonly credentials: Credentials;
  /** The signing name: "sagemaker". */
  readonly service: string;
  /** With its query, whose parameters need no other characters than they have. */
  readonly path: string;
  /** POST where none is named. */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The bytes of a request signed with AWS Signature Version 4, kept-alive. */
export function signedRequest({
  port,
  credentials,
  service,
  path,
  method = "POST",
  headers,
  body,
}: RequestToSign): Buffer {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = time.slice(0, 8);
  const bodyBytes = Buffer.from(body);
  const all: Record<string, string> = {
    ...headers,
    "content-length": String(bodyBytes.length),
    host: `127.0.0.1:${port}`,
    "x-amz-date": time,
  };
  const names = Object.keys(all).sort();
  const [place = "", query = ""] = path.split("?", 2);
  const canonical = [
    method,
    place,
    query.split("&").sort().join("&"),
    ...names.map((name) => `${name}:${all[name]}`),
    "",
    names.join(";"),
    sha256(bodyBytes),
  ].join("\n");
  const scope = `${day}/${credentials.region}/${service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const key = [day, credentials.region, service, "aws4_request"].reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  all.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`), bodyBytes]);
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
