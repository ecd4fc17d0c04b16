import type { Member, Slot } from "../schema.ts";

/** Returns the name of a member in XML and in forms. */
export const xmlNameOf = (member: Member): string => (member.traits.xmlName as string | undefined) ?? member.name;
/** Returns the name of an element of a list or map. */
export const elementNameOf = (slot: Slot, otherwise: string) =>
  (slot.traits.xmlName as string | undefined) ?? otherwise;
