import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunSpec } from "../port.ts";
import {
  endGroupNetwork,
  type GroupNetwork,
  type GroupNetworks,
  groupNetwork,
  loopbackAddress,
  networkAddress,
} from "./group-network.ts";

type Group = NonNullable<RunSpec["group"]>;

/** What a run shares with the others of its group, one a host. */
export interface RunsGroup {
  readonly id: string;
  readonly index: number;
  /** The address of each host. */
  readonly addresses: readonly string[];
  /** A folder that what stages the runs shares, and nothing else sees. */
  readonly shared: string;
  /** Made by the first keeper whose run fails: the others end theirs. */
  readonly failed: string;
  /** Absent where the hosts share the machine's network; `words` says why and what that means. */
  readonly network?: GroupNetwork;
  readonly words?: string;
}

export interface GroupFolders {
  /** Makes a run a member of its group, with the group's network where there can be one. */
  join(runId: string, group: Group, hasNetwork: boolean): Promise<RunsGroup>;
  /** Takes a run out of its group. With the last one the group ends. */
  leave(runId: string, groupId: string): void;
}

/**
 * The groups of runs, each with a folder beside those of its runs:
 *
 *     .group-ID/members/RUN   a file for each run
 *     .group-ID/shared/       what the runs share
 *     .group-ID/failed        made when a run has failed
 *     .group-ID/network/      of the process that holds the network (see group-network.sh)
 */
export function createGroupFolders(
  runs: string,
  networks: () => Promise<GroupNetworks>,
  lease: { readonly lease: string; readonly leaseSeconds?: number },
): GroupFolders {
  const folderOf = (id: string) => join(runs, `${groupPrefix}${id}`);
  const networking = new Map<string, Promise<GroupNetwork>>();

  /** Runs of a group that are started at the same time make one network. */
  function networkOf(enterer: string, folder: string, hosts: number): Promise<GroupNetwork> {
    const before = networking.get(folder);
    if (before) return before;
    const options = { lease: lease.lease, leaseSeconds: lease.leaseSeconds ?? 600, hosts };
    const made = groupNetwork(enterer, join(folder, "network"), options).finally(() => networking.delete(folder));
    networking.set(folder, made);
    return made;
  }

  return {
    async join(runId, { id, index, size }, hasNetwork) {
      if (!/^[\w-]+$/.test(id)) throw new RangeError(`Group id ${JSON.stringify(id)} is no plain word`);
      const folder = folderOf(id);
      const [members, shared] = [join(folder, "members"), join(folder, "shared")];
      for (const each of [members, shared]) mkdirSync(each, { recursive: true, mode: 0o700 });
      writeFileSync(join(members, runId), "");
      const found = await networks();
      const network = found.works && hasNetwork ? await networkOf(found.enterer, folder, size) : undefined;
      const addressOf = network ? networkAddress : loopbackAddress;
      return {
        ...{ id, index, shared, failed: join(folder, "failed") },
        addresses: Array.from({ length: size }, (_, host) => addressOf(host)),
        ...(network ? { network } : { words: sharedWords(size, found) }),
      };
    },
    leave(runId, groupId) {
      const folder = folderOf(groupId);
      rmSync(join(folder, "members", runId), { force: true });
      if (!existsSync(folder) || readdirSync(join(folder, "members")).length > 0) return;
      endGroupNetwork(join(folder, "network"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const groupPrefix = ".group-";

function sharedWords(size: number, networks: GroupNetworks): string {
  const why = networks.works ? "no sandbox works" : networks.reason;
  return (
    `The hosts of this job share this machine's network (${why}), with the addresses ${loopbackAddress(0)} to ` +
    `${loopbackAddress(size - 1)}: a port on which one listens at all addresses is taken for the others.`
  );
}

/** Removes the groups of which no run is left, as after a server that was killed while it removed them. */
export function sweepGroups(runs: string): void {
  for (const name of readdirSync(runs).filter((each) => each.startsWith(groupPrefix))) {
    const folder = join(runs, name);
    const members = existsSync(join(folder, "members")) ? readdirSync(join(folder, "members")) : [];
    if (members.some((runId) => existsSync(join(runs, runId)))) continue;
    endGroupNetwork(join(folder, "network"));
    rmSync(folder, { recursive: true, force: true });
  }
}
