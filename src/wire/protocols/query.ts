import { repeatedParameter } from "../repeated-parameter.ts";
import { formReader } from "./form-reader.ts";
import { type CreateProtocol, faultSide } from "./protocol.ts";
import { asFault, WrongType } from "./wrong-type.ts";
import { escapeXml } from "./xml-document.ts";
import { contentWriter } from "./xml-writer.ts";

/** A form numbers the elements of a list, so no name is given twice. */
const noLists: ReadonlySet<string> = new Set();

/** awsQuery: the input as form fields ("Tags.member.1.Key"), the output as XML. */
export const createQueryProtocol: CreateProtocol = (service, facts) => {
  const namespace = ` xmlns="${service?.query?.namespace ?? "http://webservices.amazon.com/AWSFault/2005-15-09"}"`;
  const headers = (requestId: string) => ({ "Content-Type": "text/xml", "x-amzn-RequestId": requestId });
  return {
    compile(operation) {
      const read = formReader(operation.input, facts);
      const write = contentWriter(operation.output);
      const { name } = operation;
      // An output without members has a result all the same, which clients look for; no output at all has none.
      const hasResult = operation.output.name !== "Unit";
      return {
        bodyMode: "buffer",
        readInput(request, body) {
          try {
            const form = Buffer.from(body as Uint8Array).toString("utf8");
            if (form !== "") return read(form);
            const repeated = repeatedParameter(new URLSearchParams(request.query), noLists);
            if (repeated !== undefined) throw new WrongType(`The parameter ${repeated} is given twice`);
            return read(request.query);
          } catch (error) {
            throw asFault("MalformedInput", error);
          }
        },
        writeOutput(output, _request, requestId) {
          const result = hasResult ? `<${name}Result>${write(output)}</${name}Result>` : "";
          const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
          return {
            status: 200,
            headers: headers(requestId),
            body: `<${name}Response${namespace}>${result}${metadata}</${name}Response>\n`,
          };
        },
      };
    },
    writeFault({ fault, status, error }, _request, requestId) {
      const code = error?.queryCode ?? fault.code;
      const members = error ? contentWriter(error.shape)({ ...fault.members, message: undefined }) : "";
      return {
        status,
        headers: headers(requestId),
        body:
          `<ErrorResponse${namespace}><Error><Type>${faultSide(status)}</Type><Code>${escapeXml(code)}</Code>` +
          `<Message>${escapeXml(fault.message)}</Message>${members}</Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>\n`,
      };
    },
  };
};
