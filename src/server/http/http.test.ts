import { once } from "node:events";
import { createHttpServer } from "./http.ts";
import { httpServerContract } from "./http-server.contract.ts";

httpServerContract(async (handle) => {
  const server = createHttpServer(handle);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
});
