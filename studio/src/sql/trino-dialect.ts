import { SQLDialect } from "@codemirror/lang-sql";

/** The words of statements that queries, and definitions of tables, are made of. */
export const keywords = `all alter analyze and any array as asc at between bucketed buckets by case cast clustered
column columns comment create cross cube current_date current_time current_timestamp cursor database databases deallocate
delete delimited desc describe distinct drop else end escape except exclude execute exists explain external extract false
fetch fields filter first following for format formatted from full function grant group grouping having if in inner
inputformat insert intersect interval into is join last lateral left like limit lines local localtime localtimestamp
location map match merge msck natural next no not null nulls offset on only optimize or order ordinality outer
outputformat over partition partitioned partitions preceding prepare range recursive rename repair replace right rollup row
rows schema schemas select serde serdeproperties set sets show some stored table tables tablesample tblproperties
temporary terminated then ties to true truncate try_cast unbounded uncache union unload unnest update using vacuum values
view views when where window with within without`.split(/\s+/);

const types = `bigint binary boolean char date decimal double float int integer json real row smallint string struct time
timestamp tinyint uuid varbinary varchar interval`;

/** Athena's dialect: Trino's for queries, Hive's for definitions. */
export const athenaDialect = SQLDialect.define({
  keywords: keywords.join(" "),
  types,
  identifierQuotes: '"`',
  doubleQuotedStrings: false,
  hashComments: false,
  slashComments: false,
  operatorChars: "*+-%<>!=&|~^/?:",
});
