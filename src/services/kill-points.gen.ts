export const killPoints: Readonly<Record<string, string>> = {};
