import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { anyone, checkCatalog } from "./catalog-kinds.ts";
import { catalogArn, onCatalog } from "./catalog-permissions.ts";
import { alreadyExists, gluePage, invalidInput, notBuilt, refuseMembers } from "./glue-faults.ts";

type Client = typeof import("@aws-sdk/client-glue");
type CatalogInput = InputOf<Client, "UpdateCatalog">["CatalogInput"];
type Encryption = InputOf<Client, "PutDataCatalogEncryptionSettings">["DataCatalogEncryptionSettings"];

interface Wanted {
  readonly input?: CatalogInput;
  readonly encryption?: Encryption;
}
type Nothing = Record<string, never>;

/** What an account says of its Data Catalog as a whole. Every account has the catalog, also before it says anything. */
export const catalogKind = defineKind<Wanted, Nothing>({
  service: "glue",
  kind: "catalog",
  key: ["CatalogId"],
  title: "Data Catalog",
  listedBy: "GetCatalogs",
});

const keyOf = (context: Context) => catalogKind.key(context, { CatalogId: context.account });
const found = (context: Context) => catalogKind.find(context, keyOf(context));

const change = (context: Context, wanted: Wanted): Promise<void> =>
  againOnConflict(context, async () => {
    const before = await found(context);
    const now = context.clock.now();
    const made = before ?? { key: keyOf(context), id: context.ids.ulid(), origin: context.origin, created: now };
    const whole = { ...before?.wanted, ...wanted };
    await context.resources.write([
      await catalogKind.put(context, { ...made, modified: now, wanted: whole, actual: {} }),
    ]);
  });

type Shown = NonNullable<OutputOf<Client, "GetCatalog">["Catalog"]>;

function shown(context: Context, document: ResourceDocument<Wanted> | undefined): Shown {
  const { Description, Parameters = {}, ...permissions } = document?.wanted.input ?? {};
  return {
    ...{ CatalogId: context.account, Name: context.account, ResourceArn: catalogArn(context) },
    ...{ Description, Parameters },
    ...(document && { CreateTime: new Date(document.created), UpdateTime: new Date(document.modified) }),
    CreateTableDefaultPermissions: permissions.CreateTableDefaultPermissions ?? anyone,
    CreateDatabaseDefaultPermissions: permissions.CreateDatabaseDefaultPermissions ?? anyone,
    AllowFullTableExternalDataAccess: permissions.AllowFullTableExternalDataAccess ?? "False",
  };
}

const plain = {
  EncryptionAtRest: { CatalogEncryptionMode: "DISABLED" },
  ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
} as const;

/** Refuses what would promise that the catalog is encrypted: it lies on the disk of the home as it is. */
function checkEncryption(context: Context, { ConnectionPasswordEncryption, EncryptionAtRest }: Encryption): void {
  const { CatalogEncryptionMode = "DISABLED" } = EncryptionAtRest ?? {};
  const instead = "use DISABLED, and encrypt the disk that the home is on";
  if (CatalogEncryptionMode !== "DISABLED")
    throw notBuilt(context, `EncryptionAtRest.CatalogEncryptionMode ${CatalogEncryptionMode}`, instead);
  refuseMembers(context, EncryptionAtRest ?? {}, "EncryptionAtRest.", [
    ...(["SseAwsKmsKeyId", "CatalogEncryptionServiceRole"] as never[]),
  ]);
  if (ConnectionPasswordEncryption?.ReturnConnectionPasswordEncrypted)
    throw notBuilt(
      context,
      "ConnectionPasswordEncryption.ReturnConnectionPasswordEncrypted true",
      "use false, and keep passwords elsewhere",
    );
  refuseMembers(context, ConnectionPasswordEncryption ?? {}, "ConnectionPasswordEncryption.", ["AwsKmsKeyId" as never]);
}

/** The catalog of the account itself, the only one: a federated or managed one beside it cannot be made. */
export const catalog = defineOperations(
  "glue",
  Object.fromEntries(
    [
      ...[
        "CreateCatalog",
        "DeleteCatalog",
        "GetCatalog",
        "GetCatalogs",
        "UpdateCatalog",
        "GetCatalogImportStatus",
        "ImportCatalogToGlue",
      ],
      ...["GetDataCatalogEncryptionSettings", "PutDataCatalogEncryptionSettings"],
    ].map((operation) => [operation, onCatalog(operation)]),
  ),
  {
    /** What another catalog would hold lies elsewhere: in Redshift, behind a connection. */
    async CreateCatalog({ CatalogInput, Name }, context) {
      if (Name === context.account) throw alreadyExists(`Catalog ${Name} already exists.`);
      const { CatalogProperties, FederatedCatalog, TargetRedshiftCatalog } = CatalogInput;
      const [what, instead] = FederatedCatalog
        ? ["CatalogInput.FederatedCatalog", "bring the tables into S3 and define them in the account's own catalog"]
        : TargetRedshiftCatalog
          ? ["CatalogInput.TargetRedshiftCatalog", "unload the tables of Redshift into S3 and define them there"]
          : CatalogProperties
            ? ["CatalogInput.CatalogProperties", "make databases of the account's own catalog, with tables of Iceberg"]
            : ["A catalog of one's own storage", "make databases of the account's own catalog"];
      throw notBuilt(context, what, instead);
    },

    async DeleteCatalog({ CatalogId }, context) {
      checkCatalog(context, CatalogId);
      throw invalidInput(`The catalog ${CatalogId} is the account's own, and cannot be deleted.`);
    },

    async GetCatalog({ CatalogId }, context) {
      checkCatalog(context, CatalogId);
      return { Catalog: shown(context, await found(context)) };
    },

    async GetCatalogs(input, context) {
      checkCatalog(context, input.ParentCatalogId);
      const own = input.IncludeRoot ? [shown(context, await found(context))] : [];
      return listPage(gluePage, input, ({ after }) => {
        if (after !== undefined) throw new RangeError("There is one page");
        return { CatalogList: own };
      });
    },

    async UpdateCatalog({ CatalogId, CatalogInput }, context) {
      checkCatalog(context, CatalogId);
      refuseMembers(context, CatalogInput, "CatalogInput.", [
        "FederatedCatalog",
        "TargetRedshiftCatalog",
        "CatalogProperties",
      ]);
      await change(context, { input: CatalogInput });
      return {};
    },

    async GetDataCatalogEncryptionSettings({ CatalogId }, context) {
      checkCatalog(context, CatalogId);
      return { DataCatalogEncryptionSettings: { ...plain, ...(await found(context))?.wanted.encryption } };
    },

    async PutDataCatalogEncryptionSettings({ CatalogId, DataCatalogEncryptionSettings }, context) {
      checkCatalog(context, CatalogId);
      checkEncryption(context, DataCatalogEncryptionSettings);
      await change(context, { encryption: DataCatalogEncryptionSettings });
      return {};
    },

    /** Athena has always used this catalog, so there is nothing of its own to bring over. */
    async GetCatalogImportStatus({ CatalogId }, context) {
      checkCatalog(context, CatalogId);
      return { ImportStatus: { ImportCompleted: true } };
    },

    async ImportCatalogToGlue({ CatalogId }, context) {
      checkCatalog(context, CatalogId);
      return {};
    },
  },
);
