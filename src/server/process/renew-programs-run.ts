import { compilePrograms } from "./compile-programs.ts";
import { productRoot } from "./product.ts";

// The program of renew-programs.ts.
await compilePrograms(productRoot);
