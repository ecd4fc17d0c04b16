import type { TableProps } from "@cloudscape-design/components/table";
import type { Column, Resource } from "../declare/define-resource.ts";
import { nameOf } from "../declare/document.ts";
import type { Item } from "../declare/item.ts";
import type { ListRequest } from "../declare/list-request.ts";
import { valueAt } from "../declare/path.ts";
import { detailAddress } from "../frame/screens.ts";
import { Cut } from "../values/cut.tsx";
import { PageLink } from "../values/page-link.tsx";
import { shortName } from "../values/short-name.ts";
import { Value } from "../values/value.tsx";
import { titleOf } from "../values/words.ts";

/** The columns of a list; the name leads to the document's page. */
export function columnsOf(resource: Resource, path: string, request: ListRequest): TableProps.ColumnDefinition<Item>[] {
  return resource.columns.map((declared) => {
    const column = (typeof declared === "string" ? { member: declared } : declared) as Column<Item>;
    const { member, title, cell } = column as { member: string; title?: string; cell?: Column<Item>["cell"] };
    const isName = member === resource.name;
    return {
      id: member,
      header: title ?? (isName ? "Name" : member === resource.status ? "Status" : titleOf(member)),
      sortingField: request.sortOf(member),
      isRowHeader: isName,
      minWidth: isName ? 200 : 110,
      cell(item) {
        if (cell) return cell(item);
        const value = valueAt(item, member);
        const text = isName ? resource.label?.(item) || shortName(String(value)) : String(value);
        const shown = isName ? (
          <PageLink to={detailAddress(path, nameOf(resource, item))}>{text}</PageLink>
        ) : (
          <Value value={value} member={member.split(".").at(-1)!} />
        );
        return typeof value === "string" ? <Cut text={text}>{shown}</Cut> : shown;
      },
    };
  });
}
