/** Whether a refusal says that the caller may not do this. */
export const isDenied = ({ name, message }: Pick<Error, "name" | "message">): boolean =>
  /AccessDenied/.test(name) || /not authorized/.test(message);

/** What a call answers; undefined where the caller may not make it. @throws any other refusal */
export const unlessDenied = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: Error) => {
    if (isDenied(error)) return undefined;
    throw error;
  });
