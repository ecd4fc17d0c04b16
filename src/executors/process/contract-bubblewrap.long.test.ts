import { sandboxContract } from "./process-executor.fixture.ts";

sandboxContract("bubblewrap");
