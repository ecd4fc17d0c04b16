/** Whether one of the processes above this one is meant. */
export function isBelow(
  parents: ReadonlyMap<number, number>,
  pid: number | undefined,
  isMeant: (pid: number) => boolean,
): boolean {
  const parent = pid === undefined ? undefined : parents.get(pid);
  return parent !== undefined && (isMeant(parent) || isBelow(parents, parent, isMeant));
}
