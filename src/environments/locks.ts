import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The packages of an environment, each in one version, kept in `locks/NAME.txt`. */
export interface Lock {
  /** The lock to whose environment this one adds its packages. Its versions of Python are the same. */
  readonly above?: string;
  /** The versions of Python for which every package has a binary, in the order of preference. */
  readonly python: readonly string[];
  /** What the environment takes on the disk, as measured after it was made. */
  readonly mebibytes: number;
  /** The environment adds its packages to those of the system's own Python, which must have this module. */
  readonly system?: {
    readonly program: string;
    readonly module: string;
    readonly package: string;
    /** The one that the systems have which the other packages were chosen for. */
    readonly version: string;
  };
  /** Packages that have no binary: they are built of a source whose hash is known, with what `locks/NAME.build.txt` names. */
  readonly built?: readonly string[];
  /** Files of Maven's repository, which are laid into a folder of one of the packages. */
  readonly jars?: { readonly folder: string; readonly files: readonly MavenFile[] };
}

/** A file of Maven's repository. */
export interface MavenFile {
  /** Below the root of the repository. */
  readonly path: string;
  readonly sha256: string;
}

/** What reads and writes S3 for the Hadoop with which the Spark of this lock comes. */
const hadoopS3: readonly MavenFile[] = [
  {
    path: "org/apache/hadoop/hadoop-aws/3.3.4/hadoop-aws-3.3.4.jar",
    sha256: "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a",
  },
  {
    path: "com/amazonaws/aws-java-sdk-bundle/1.12.262/aws-java-sdk-bundle-1.12.262.jar",
    sha256: "873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5",
  },
];

export const locks = {
  "base-python": { python: ["3.10", "3.11", "3.12", "3.9", "3.13"], mebibytes: 62 },
  "scikit-learn-1.2": { python: ["3.9", "3.10", "3.11"], mebibytes: 546 },
  jupyterlab: { python: ["3.12", "3.11", "3.10", "3.13"], mebibytes: 488 },
  "data-wrangler": { above: "scikit-learn-1.2", python: ["3.9", "3.10", "3.11"], mebibytes: 20 },
  "scikit-learn-1.4": { python: ["3.10", "3.11", "3.12"], mebibytes: 570 },
  "xgboost-1.7": { python: ["3.9", "3.10", "3.11"], mebibytes: 944 },
  "xgboost-3.0": { python: ["3.10", "3.11", "3.12", "3.13"], mebibytes: 762 },
  "pytorch-2.3": { python: ["3.11", "3.10", "3.12"], mebibytes: 5270 },
  "pytorch-2.6": { python: ["3.12", "3.11", "3.10", "3.13"], mebibytes: 5311 },
  "pytorch-1.13-debian": {
    python: ["3.11"],
    mebibytes: 623,
    system: { program: "/usr/bin/python3", module: "torch", package: "python3-torch", version: "1.13.1" },
  },
  "huggingface-pytorch-1.13-debian": {
    python: ["3.11"],
    mebibytes: 662,
    system: { program: "/usr/bin/python3", module: "torch", package: "python3-torch", version: "1.13.1" },
  },
  "huggingface-pytorch-2.3": { python: ["3.11", "3.10", "3.12"], mebibytes: 5415 },
  "tensorflow-2.16": { python: ["3.10", "3.11", "3.12"], mebibytes: 1701 },
  "tensorflow-2.19": { python: ["3.12", "3.11", "3.10"], mebibytes: 1849 },
  "huggingface-tensorflow-2.16": { python: ["3.10", "3.11", "3.12"], mebibytes: 2768 },
  "spark-3.5": {
    python: ["3.9", "3.10", "3.11"],
    mebibytes: 1000,
    built: ["pyspark"],
    jars: { folder: "pyspark/jars", files: hadoopS3 },
  },
} as const satisfies Readonly<Record<string, Lock>>;

export type LockName = keyof typeof locks;

export const lockNames = Object.keys(locks) as readonly LockName[];

export const lockNamed = (name: LockName): Lock => locks[name];

/** The lock below another one; undefined where it stands by itself. */
export const lockBelow = (name: LockName): LockName | undefined => lockNamed(name).above as LockName | undefined;

/** The file that the installer reads. */
export const lockFile = (name: LockName): string => join(import.meta.dirname, "locks", `${name}.txt`);

export const lockText = (name: LockName): string => readFileSync(lockFile(name), "utf8");

/** The file that says with what the packages of a lock are built which have no binary. */
export const buildFile = (name: LockName): string => join(import.meta.dirname, "locks", `${name}.build.txt`);

/** Everything that an environment of the lock is made of. */
export const lockContent = (name: LockName): string => {
  const { built, jars } = lockNamed(name);
  const more = [...(built ? [readFileSync(buildFile(name), "utf8")] : []), ...(jars ? [JSON.stringify(jars)] : [])];
  return [lockText(name), ...more].join("\n");
};

/** The version of a package in the lock, or of the system's module; undefined when neither is there. */
export function lockedVersion(name: LockName, packageName: string): string | undefined {
  const { system }: Lock = locks[name];
  if (system?.module === packageName) return system.version;
  return lockText(name)
    .match(new RegExp(`^${packageName}==([^ ;\\\\]+)`, "m"))
    ?.at(1);
}
