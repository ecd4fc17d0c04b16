/** What encodeURIComponent leaves and a signature has encoded. */
const left = /[!'()*]/g;

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(left, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Encodes a path as S3 signs it: once, with its slashes. */
export const encodedPath = (path: string): string => path.split("/").map(encoded).join("/");

/** Encodes and sorts the parameters of a query. */
export const encodedQuery = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
