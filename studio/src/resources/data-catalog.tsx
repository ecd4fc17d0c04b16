import { ListDataCatalogsCommand } from "@aws-sdk/client-athena";
import { sqlAddress } from "../catalog/sql-address.ts";
import { defineResource } from "../declare/define-resource.ts";
import { athena } from "../services/athena.ts";

export const dataCatalog = defineResource({
  service: athena,
  kind: "athena/data-catalog",
  title: "Data catalog",
  plural: "Data catalogs",
  area: "SQL",
  words: "Where queries look for databases and tables. Glue's is there from the beginning.",
  name: "CatalogName",
  list: ListDataCatalogsCommand,
  pageSize: 50,
  columns: ["CatalogName", "Type"],
  find: () => ({}),
  sections: [{ title: "Catalog", members: ["Type"] }],
  actions: [{ title: "Query", to: () => sqlAddress({}) }],
});
