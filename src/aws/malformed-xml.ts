import { Fault } from "./faults.ts";

/** S3's text for a body that is no XML, or not the document that the operation takes. */
export const malformedXmlText =
  "The XML you provided was not well-formed or did not validate against our published schema";

export const malformedXml = (detail?: string): Fault =>
  new Fault("MalformedXML", detail === undefined ? malformedXmlText : `${malformedXmlText}: ${detail}`);
