/**
 * What is used of node:http. An `import` reads every export of the module, and one of them (WebSocket) loads Node's client
 * for fetch, which costs a process 6 MiB of memory for nothing.
 */
export const { Agent, createServer, request, STATUS_CODES } = process.getBuiltinModule("node:http");
