import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { ModelError } from "../../ml/define-algorithm.ts";
import { type BuiltInModel, loadBuiltInModel } from "./built-in-model.ts";
import { LoadFault, type ModelServers } from "./serve-models.ts";

/** More of the memory that the run may have is not given to models: answering takes some, too. */
const fullShare = 0.7;

/** Has the models of a built-in algorithm in this process. */
export async function createBuiltInModels(
  [name = "", version = ""]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ModelServers> {
  const algorithm = await algorithmNamed(name);
  const models = new Map<string, BuiltInModel>();
  const most = fullShare * Number(process.env.SAGEBRUSH_MEMORY_BYTES ?? Number.POSITIVE_INFINITY);
  return {
    async load(name, folder) {
      if (models.size > 0 && process.memoryUsage.rss() > most) return "full";
      try {
        models.set(name, loadBuiltInModel(algorithm, version, folder, environment));
      } catch (error) {
        if (error instanceof ModelError) throw new LoadFault(error.message);
        throw error;
      }
      return "loaded";
    },
    async invoke(name, { headers, body }) {
      const given = models.get(name)!.invoke({
        body,
        contentType: headers["content-type"] ?? "",
        accept: headers.accept ?? "",
      });
      return { status: given.status, headers: { "content-type": given.type }, body: Buffer.from(given.body) };
    },
    async unload(name) {
      models.delete(name);
    },
  };
}
