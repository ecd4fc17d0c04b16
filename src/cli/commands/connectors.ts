import { type ConnectorName, connectorNames, connectors as table } from "../../base/connectors.ts";
import { homePaths } from "../../server/home/home.ts";
import { addConnector } from "../connectors/add-connector.ts";
import { listConnectors, removeConnector } from "../connectors/kept-connectors.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";
import { settingsOf } from "../running-server.ts";

const actions: Readonly<Record<string, (folder: string, names: readonly string[]) => Promise<number>>> = {
  async list(folder, names) {
    if (names.length > 0) throw new CommandError(`connectors list takes no name, and was given ${names[0]}.`, 2);
    const kept = new Map(listConnectors(folder).map((one) => [one.name, one]));
    for (const name of new Set([...connectorNames, ...kept.keys()])) {
      const one = kept.get(name);
      const known = table[name as ConnectorName];
      console.log(
        one === undefined
          ? `${name.padEnd(12)}not added; ${known.package} ${known.version}, about ${known.mebibytes} MiB`
          : `${name.padEnd(12)}${one.package} ${one.version}${one.now === undefined ? "" : `; now ${one.now}: add it again`}`,
      );
    }
    return 0;
  },

  async add(folder, names) {
    for (const name of known("add", names)) {
      const { package: dependency, version } = table[name];
      console.log(`Fetching ${dependency} ${version} and what it needs.`);
      await addConnector(folder, name);
      console.log(`The connector ${name} is in ${folder}. Jobs that start from now on have it.`);
    }
    return 0;
  },

  async remove(folder, names) {
    if (names.length === 0) throw new CommandError("remove takes the names of connectors; `list` shows them.", 2);
    const kept = listConnectors(folder).map(({ name }) => name);
    for (const name of names) {
      if (!kept.includes(name))
        throw new CommandError(`There is no connector ${name} in ${folder}.${didYouMean(name, kept)}`, 2);
      removeConnector(folder, name);
      console.log(`Removed ${name}. Jobs that run meanwhile may fail.`);
    }
    return 0;
  },
};

export const connectors = defineCommand({
  name: "connectors",
  summary: "Lists, adds and removes packages by which jobs read databases, and that do not come with the install.",
  words: `${Object.keys(actions).join("|")} [NAME...]`,
  options: {},
  notes: `add fetches a package with npm, in the version and with the digests that this product has for it and all that it
needs, runs no script of them, and puts them into HOME/connectors. Jobs see them read-only.`,
  async run(given: Arguments) {
    const [action = "list", ...names] = given.words;
    const act = actions[action];
    if (act === undefined)
      throw new CommandError(`connectors has no action ${action}.${didYouMean(action, Object.keys(actions))}`, 2);
    return await act(homePaths(settingsOf(given).home).connectorsFolder, names);
  },
});

function known(action: string, names: readonly string[]): readonly ConnectorName[] {
  if (names.length === 0) throw new CommandError(`${action} takes names; there are: ${connectorNames.join(", ")}.`, 2);
  return names.map((name) => {
    const found = connectorNames.find((one) => one === name);
    if (found !== undefined) return found;
    throw new CommandError(
      `There is no connector ${name}.${didYouMean(name, [...connectorNames])} There are: ${connectorNames.join(", ")}.`,
      2,
    );
  });
}
