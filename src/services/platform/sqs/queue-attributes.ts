import { Fault } from "../../../aws/faults.ts";

/** What an attribute takes, and what it is when it was not given. */
interface AttributeRow {
  readonly default?: string;
  /** Both inclusive. */
  readonly range?: readonly [number, number];
  readonly values?: readonly string[];
  /** For FIFO queues alone. */
  readonly fifo?: true;
}

const rows = {
  DelaySeconds: { default: "0", range: [0, 900] },
  MaximumMessageSize: { default: "1048576", range: [1024, 1_048_576] },
  MessageRetentionPeriod: { default: "345600", range: [60, 1_209_600] },
  ReceiveMessageWaitTimeSeconds: { default: "0", range: [0, 20] },
  VisibilityTimeout: { default: "30", range: [0, 43_200] },
  Policy: {},
  RedrivePolicy: {},
  RedriveAllowPolicy: {},
  SqsManagedSseEnabled: { default: "false", values: ["true", "false"] },
  KmsMasterKeyId: {},
  KmsDataKeyReusePeriodSeconds: { range: [60, 86_400] },
  FifoQueue: { values: ["true", "false"] },
  ContentBasedDeduplication: { default: "false", values: ["true", "false"], fifo: true },
  DeduplicationScope: { default: "queue", values: ["queue", "messageGroup"], fifo: true },
  FifoThroughputLimit: { default: "perQueue", values: ["perQueue", "perMessageGroupId"], fifo: true },
} satisfies Readonly<Record<string, AttributeRow>>;

export type AttributeName = keyof typeof rows;
type Attributes = Readonly<Partial<Record<AttributeName, string>>>;

export const attributeNames = Object.keys(rows) as AttributeName[];

/** The value of an attribute of a queue; undefined for one without a default that was not given. */
export const attributeOf = ({ Attributes }: { readonly Attributes: Attributes }, name: AttributeName) =>
  Attributes[name] ?? (rows[name] as AttributeRow).default;

export const numberOf = (wanted: { readonly Attributes: Attributes }, name: AttributeName): number =>
  Number(attributeOf(wanted, name));

/** All attributes of a queue that have a value. */
export function shownAttributes(wanted: { readonly Attributes: Attributes }): Record<string, string> {
  const isFifo = wanted.Attributes.FifoQueue === "true";
  const shown: Record<string, string> = {};
  for (const name of attributeNames) {
    const value = attributeOf(wanted, name);
    if (value !== undefined && value !== "" && (isFifo || !(rows[name] as AttributeRow).fifo)) shown[name] = value;
  }
  return shown;
}

const invalid = (name: string, value: string, reason: string) =>
  new Fault("InvalidAttributeValue", `Invalid value for the parameter ${name}. Value ${value} is refused: ${reason}`);

/**
 * Checks attributes that a request gives, each by itself.
 * @throws Fault InvalidAttributeName, InvalidAttributeValue
 */
export function checkAttributes(given: Readonly<Record<string, string>>, isFifo: boolean): Attributes {
  for (const [name, value] of Object.entries(given)) {
    const row: AttributeRow | undefined = Object.hasOwn(rows, name) ? rows[name as AttributeName] : undefined;
    if (!row) throw new Fault("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (row.fifo && !isFifo)
      throw new Fault(
        "InvalidAttributeName",
        `You can specify the ${name} only when FifoQueue is set to true. Unknown Attribute ${name}.`,
      );
    const { range, values } = row;
    if (range && !(/^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1]))
      throw invalid(name, value, `it must be an integer from ${range[0]} to ${range[1]}.`);
    if (values && !values.includes(value)) throw invalid(name, value, `it must be ${values.join(" or ")}.`);
  }
  return given as Attributes;
}
