/** What is the same of a file or folder under every name that it has. */
export const fileIdentity = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string => `${dev}:${ino}`;
