/**
 * The volume store keeps folders of files for people: a volume for each domain, and in it a folder for each of its users
 * and spaces. A folder outlives the apps that have it mounted, and every restart. What is in it is its owner's business.
 */
export interface VolumeStore {
  /** Makes a volume. One that is there stays as it is. */
  make(volume: string): Promise<void>;
  /** Makes a folder of a volume. One that is there keeps its files. @throws VolumeMissing */
  makeFolder(volume: string, folder: string): Promise<void>;
  /** Returns where a folder lies on this machine, for the mounts of runs and for who reads its files. */
  pathOf(volume: string, folder: string): string;
  /** Removes a folder with its files. Nothing happens when it is gone. */
  removeFolder(volume: string, folder: string): Promise<void>;
  /** Removes a volume with all of its folders. Nothing happens when it is gone. */
  remove(volume: string): Promise<void>;
  /** Removes all volumes. */
  clear(): Promise<void>;
}

/** A volume was asked for that is not there: somebody removed it from the disk. */
export class VolumeMissing extends Error {
  constructor(volume: string) {
    super(`The volume ${volume} is gone from the disk.`);
    this.name = "VolumeMissing";
  }
}
