import { Fault } from "./faults.ts";

/** S3's words for a document that is none, or not the one that is asked for. */
export const malformedXmlText =
  "The XML you provided was not well-formed or did not validate against our published schema";

export const malformedXml = (detail?: string): Fault =>
  new Fault("MalformedXML", detail === undefined ? malformedXmlText : `${malformedXmlText}: ${detail}`);
