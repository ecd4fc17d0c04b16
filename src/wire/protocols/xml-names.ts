import type { Member, Slot } from "../schema.ts";

/** The name of a member in XML and in forms. */
export const xmlNameOf = (member: Member): string => (member.traits.xmlName as string | undefined) ?? member.name;
/** The name of what a list or map holds. */
export const elementNameOf = (slot: Slot, otherwise: string) =>
  (slot.traits.xmlName as string | undefined) ?? otherwise;
