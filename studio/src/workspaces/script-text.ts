/** The text of a lifecycle script, which the API has as Base64 of UTF-8. */
export const scriptText = (content: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0)));

/** The Base64 of a script's text. */
export const scriptContent = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
