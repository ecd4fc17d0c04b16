import { Fault } from "./faults.ts";

/** S3's message for a body that is not XML, or is not the document that the operation takes. */
export const malformedXmlText =
  "The XML you provided was not well-formed or did not validate against our published schema";

export const malformedXml = (detail?: string): Fault =>
  new Fault("MalformedXML", detail === undefined ? malformedXmlText : `${malformedXmlText}: ${detail}`);
