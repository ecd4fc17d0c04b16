const codes = /^(SQLITE_FULL|ENOSPC|EDQUOT)$/;

/** Whether an error, or one that it was made of, says that a disk is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return (typeof code === "string" && codes.test(code)) || (cause !== undefined && isDiskFull(cause));
}
