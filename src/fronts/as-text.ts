const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Writes a text so that HTML shows it as it is, between tags and in the value of an attribute. */
export const asText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);
