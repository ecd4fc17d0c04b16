/** The hardware of a SageMaker instance type, by the published figures of the EC2 type of the same name. */
export interface InstanceType {
  /** vCPUs. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** GPUs only: Inferentia, Trainium and Gaudi chips are not counted. */
  readonly gpus: number;
}

const to16 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";
const to24 = `${to16} 24xlarge`;
const to32 = `${to24} 32xlarge`;
const to48 = `${to24} 48xlarge`;
const to96 = `${to32} 48xlarge 96xlarge`;

/** Families whose memory is proportional to their cores: GiB per core, families, sizes. */
const regular: readonly (readonly [gibPerCore: number, families: string, sizes: string])[] = [
  [4, "m4", "large xlarge 2xlarge 4xlarge 10xlarge 16xlarge"],
  [4, "m5 m5d", to24],
  [4, "m6g m6gd m7g", `medium ${to16}`],
  [4, "m6i m6id", to32],
  [4, "m6a", `${to32} 48xlarge`],
  [4, "m7i", to48],
  [4, "m8g", `medium ${to48}`],
  [4, "m8i", to96],
  [1.875, "c4", "large xlarge 2xlarge 4xlarge"],
  [2, "c5 c5d", "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge"],
  [2.625, "c5n", "large xlarge 2xlarge 4xlarge"],
  [2, "c6g c6gd c6gn c7g", `medium ${to16}`],
  [2, "c6i c6id c6in", to32],
  [2, "c6a", `${to32} 48xlarge`],
  [2, "c7i", to48],
  [2, "c8g", `medium ${to48}`],
  [2, "c8i", to96],
  [8, "r5 r5d", to24],
  [8, "r6g r6gd r7gd", `medium ${to16}`],
  [8, "r6i r6id", to32],
  [8, "r7i", to48],
  [8, "r8g", `medium ${to48}`],
  [8, "r8i", to96],
  [8, "i3en", "large xlarge 2xlarge 3xlarge 6xlarge 12xlarge 24xlarge"],
  [2, "inf1", "xlarge 2xlarge 6xlarge 24xlarge"],
  [4, "inf2", "xlarge 8xlarge 24xlarge 48xlarge"],
  [4, "trn1", "2xlarge 32xlarge"],
  [4, "trn1n", "32xlarge"],
  [8, "dl1", "24xlarge"],
];

/** All other families: cores, GiB and GPUs by size. */
type Row = readonly [cores: number, gib: number, gpus: number];
const others: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  t2: { medium: [2, 4, 0], large: [2, 8, 0], xlarge: [4, 16, 0], "2xlarge": [8, 32, 0] },
  t3: {
    ...{ micro: [2, 1, 0], small: [2, 2, 0], medium: [2, 4, 0] },
    ...{ large: [2, 8, 0], xlarge: [4, 16, 0], "2xlarge": [8, 32, 0] },
  },
  c4: { "8xlarge": [36, 60, 0] },
  c5n: { "9xlarge": [36, 96, 0], "18xlarge": [72, 192, 0] },
  trn2: { "3xlarge": [12, 128, 0], "48xlarge": [192, 2048, 0] },
  p2: { xlarge: [4, 61, 1], "8xlarge": [32, 488, 8], "16xlarge": [64, 732, 16] },
  p3: { "2xlarge": [8, 61, 1], "8xlarge": [32, 244, 4], "16xlarge": [64, 488, 8] },
  p3dn: { "24xlarge": [96, 768, 8] },
  p4d: { "24xlarge": [96, 1152, 8] },
  p4de: { "24xlarge": [96, 1152, 8] },
  p5: { "4xlarge": [16, 256, 1], "48xlarge": [192, 2048, 8] },
  p5e: { "48xlarge": [192, 2048, 8] },
  p5en: { "48xlarge": [192, 2048, 8] },
  "p6-b200": { "48xlarge": [192, 2048, 8] },
  "p6-b300": { "48xlarge": [192, 4096, 8] },
  "p6e-gb200": { "36xlarge": [144, 960, 4] },
  g4dn: {
    ...{ xlarge: [4, 16, 1], "2xlarge": [8, 32, 1], "4xlarge": [16, 64, 1] },
    ...{ "8xlarge": [32, 128, 1], "12xlarge": [48, 192, 4], "16xlarge": [64, 256, 1] },
  },
  g5: {
    ...{ xlarge: [4, 16, 1], "2xlarge": [8, 32, 1], "4xlarge": [16, 64, 1], "8xlarge": [32, 128, 1] },
    ...{ "12xlarge": [48, 192, 4], "16xlarge": [64, 256, 1], "24xlarge": [96, 384, 4], "48xlarge": [192, 768, 8] },
  },
  g6: {
    ...{ xlarge: [4, 16, 1], "2xlarge": [8, 32, 1], "4xlarge": [16, 64, 1], "8xlarge": [32, 128, 1] },
    ...{ "12xlarge": [48, 192, 4], "16xlarge": [64, 256, 1], "24xlarge": [96, 384, 4], "48xlarge": [192, 768, 8] },
  },
  g6e: {
    ...{ xlarge: [4, 32, 1], "2xlarge": [8, 64, 1], "4xlarge": [16, 128, 1], "8xlarge": [32, 256, 1] },
    ...{ "12xlarge": [48, 384, 4], "16xlarge": [64, 512, 1], "24xlarge": [96, 768, 4], "48xlarge": [192, 1536, 8] },
  },
  gr6: { "4xlarge": [16, 128, 1], "8xlarge": [32, 256, 1] },
  g7e: {
    ...{ "2xlarge": [8, 64, 1], "4xlarge": [16, 128, 1], "8xlarge": [32, 256, 1] },
    ...{ "12xlarge": [48, 512, 2], "24xlarge": [96, 1024, 4], "48xlarge": [192, 2048, 8] },
  },
};

const gibibyte = 1024 ** 3;

/** Returns the cores of a size: medium 1, large 2, xlarge 4, 2xlarge 8, and so on. */
const coresOf = (size: string): number => ({ medium: 1, large: 2, xlarge: 4 })[size] ?? 4 * Number.parseInt(size, 10);

function* allTypes(): Generator<[name: string, figures: InstanceType]> {
  for (const [gibPerCore, families, sizes] of regular)
    for (const family of families.split(" "))
      for (const size of sizes.split(" ")) {
        const cores = coresOf(size);
        yield [`ml.${family}.${size}`, { cores, memoryBytes: cores * gibPerCore * gibibyte, gpus: 0 }];
      }
  for (const [family, sizes] of Object.entries(others))
    for (const [size, [cores, gib, gpus]] of Object.entries(sizes))
      yield [`ml.${family}.${size}`, { cores, memoryBytes: gib * gibibyte, gpus }];
}
const types: ReadonlyMap<string, InstanceType> = new Map(allTypes());

/** Returns the figures of a type such as "ml.m5.xlarge"; undefined for a name that is not in the tables. */
export const instanceType = (name: string): InstanceType | undefined => types.get(name);
