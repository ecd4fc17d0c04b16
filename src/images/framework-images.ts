import { type LockName, lockedVersion } from "../environments/locks.ts";
import { defineImage, type ImageFamily, type PythonImage, type ScriptFamily } from "./define-image.ts";
import { frameworkTag } from "./framework-tag.ts";

/** The versions of a framework's images, each with the lock that stands for it. */
export type FrameworkVersions = Readonly<Record<string, LockName>>;

/** Gives one lock to versions: the one that has them, or the nearest of the same major version that still installs. */
export const standsFor = (lock: LockName, versions: string): FrameworkVersions =>
  Object.fromEntries(versions.split(" ").map((version) => [version, lock]));

/**
 * An image family of a framework whose scripts run in a Python environment of the product. A family for inference lacks
 * the program that trains.
 */
export function frameworkImages(
  repository: string,
  {
    title,
    packageName,
    versions,
    scripts,
  }: {
    readonly title: string;
    readonly packageName: string;
    readonly versions: FrameworkVersions;
    /** What the family for inference does for a script that serves. */
    readonly scripts?: ScriptFamily;
  },
): ImageFamily {
  return defineImage({
    repository,
    versions: Object.keys(versions),
    versionOf: (tag) => frameworkTag(tag)?.version,
    ...(!repository.endsWith("-inference") && {
      training: (tag) => ({ metrics: [], python: pythonOf(tag, title, packageName, versions) }),
    }),
    ...(repository.endsWith("-inference") &&
      scripts && {
        serving: (tag) => ({ script: { python: pythonOf(tag, title, packageName, versions), family: scripts } }),
      }),
    processing: (tag) => ({ python: pythonOf(tag, title, packageName, versions) }),
  });
}

function pythonOf(tag: string, title: string, packageName: string, versions: FrameworkVersions): PythonImage {
  const { version, transformers, processor, python } = frameworkTag(tag)!;
  const lock = versions[version]!;
  const has = lockedVersion(lock, packageName);
  const notes = [
    ...(has?.startsWith(`${version}.`) ? [] : [`${title} ${version}`]),
    ...(transformers === undefined || transformers === lockedVersion(lock, "transformers")
      ? []
      : [`transformers ${transformers}`]),
    ...(processor === "gpu" ? ["a build for GPUs, which jobs on this machine do not get"] : []),
  ];
  return { lock, ...(python ? { python } : {}), ...(notes.length > 0 ? { differs: notes.join(", ") } : {}) };
}
