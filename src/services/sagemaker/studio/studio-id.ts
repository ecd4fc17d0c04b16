import type { Context } from "../../../frame/context.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Returns an id as AWS gives to domains: twelve small letters and digits, from the bits of a UUID. */
export function studioId({ ids }: Pick<Context, "ids">): string {
  let rest = BigInt(`0x${ids.uuid().replaceAll("-", "")}`);
  let id = "";
  while (id.length < 12) {
    id += letters[Number(rest % 36n)];
    rest /= 36n;
  }
  return id;
}
