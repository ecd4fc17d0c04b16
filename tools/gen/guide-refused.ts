import { basename, join } from "node:path";
import { notBuiltFault } from "../../src/aws/faults.ts";
import { type WireService, wireServices } from "../../src/wire/wire-services.ts";
import type { Generator } from "./generators.ts";
import { markdownTable } from "./markdown-table.ts";
import { fillMarks } from "./marks.ts";
import { type Refusal, readRefusals } from "./read-refusals.ts";

/** What images and algorithms refuse has pages of its own. */
const hasPage = ({ file }: Refusal): boolean => /^(ml|images)\//.test(file);
/** The heading of what is refused outside of the services. It is written last. */
const anyService = "Any service";

/** The parts of docs/guide/refused.md that the code knows: the code of each service, and what each resource refuses. */
export const generateRefused: Generator = async (root) => {
  const refusals = readRefusals(join(root, "src")).filter((refusal) => !hasPage(refusal));
  const codes = wireServices.map((service) => {
    const { code, status } = notBuiltFault(codeOf(service), "", "", "");
    return [service.title, `\`${code}\``, status];
  });
  const services = Map.groupBy(refusals, ({ file }) => serviceTitle(file));
  let text = "";
  for (const { title } of wireServices) {
    const files = Map.groupBy(services.get(title) ?? [], ({ file }) => file);
    if (files.size > 0) text += `\n## ${title}\n`;
    for (const [file, ofFile] of files) text += sectionOf(file, ofFile);
  }
  const others = services.get(anyService)!.map(({ file, what, instead }) => [titleOf(file), words(what), instead]);
  text += `\n## ${anyService}\n\n${markdownTable(["Where", "Asked for", "Instead"], others)}`;
  return fillMarks(root, "docs/guide/refused.md", {
    "Codes of refusals": markdownTable(["Service", "Error code", "HTTP status"], codes),
    Refusals: text,
  });
};

const codeOf = ({ notBuilt, validationCode }: WireService) => notBuilt ?? { code: validationCode };

function sectionOf(file: string, refusals: readonly Refusal[]): string {
  const members = new Map<string, string>();
  for (const { what, members: named } of refusals) {
    if (!named) continue;
    // A path that ends in a dot is written with its members; any other names whose members they are.
    const isPath = /^[A-Za-z.]*$/.test(what);
    const owner = isPath ? "" : ` of ${what.replace(/:? *$/, "")}`;
    const list = named.map((member) => `\`${isPath ? what : ""}${member}\``).join(", ");
    members.set(owner, [members.get(owner), list].filter(Boolean).join(", "));
  }
  const rows = refusals.filter(({ members }) => !members).map(({ what, instead }) => [words(what), instead]);
  const left = [...members].map(([owner, list]) => `Members to leave out${owner}: ${unique(list)}.\n`);
  return `\n### ${titleOf(file)}\n\n${[...left, ...(rows.length ? [markdownTable(["Asked for", "Instead"], rows)] : [])].join("\n")}`;
}

/** Without the comma that ends a relative clause in the message. */
const words = (what: string): string => what.replace(/,$/, "");

const unique = (list: string): string => [...new Set(list.split(", "))].join(", ");

/** The services of areas that have another name. */
const services: Readonly<Record<string, string>> = { "auto-scaling": "application-autoscaling" };

/** Of a service's file the service; what is refused elsewhere is refused of any of them. */
function serviceTitle(file: string): string {
  const [layer, group, area] = file.split("/");
  if (layer !== "services") return anyService;
  const service = group === "sagemaker" ? group : (services[area!] ?? area);
  return wireServices.find(({ id }) => id === service)?.title ?? area!;
}

function titleOf(file: string): string {
  const sharedByAreas = file.startsWith("services/") && file.split("/").length === 3;
  if (sharedByAreas) return "Several kinds";
  const words = basename(file, ".ts").replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
