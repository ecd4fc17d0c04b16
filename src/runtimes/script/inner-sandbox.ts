/** How a command is started in the sandbox inside the run's own. */
export interface Inside {
  /** Its working folder. */
  readonly folder: string;
  /** Folders that it may write to besides /opt/ml and /tmp. */
  readonly writable?: readonly string[];
  /** Folders that it sees besides the run's mounts. */
  readonly readable?: readonly string[];
}

/** Returns the command line of a command in the inner sandbox, which the executor has begun. */
export function insideCommand(
  command: readonly string[],
  { folder, writable = [], readable = [] }: Inside,
): readonly string[] {
  const begun = process.env.SAGEBRUSH_INNER_SANDBOX;
  if (begun === undefined) throw new Error("SAGEBRUSH_INNER_SANDBOX is not set: the executor gives no inner sandbox");
  return [
    ...(JSON.parse(begun) as string[]),
    ...readable.flatMap((path) => ["--ro-bind", path, path]),
    ...writable.flatMap((path) => ["--bind", path, path]),
    ...["--chdir", folder, "--"],
    ...command,
  ];
}
