import Pagination from "@cloudscape-design/components/pagination";
import type { Pages } from "./use-pages.ts";

interface Props {
  readonly pages: Pages;
  /** Of what, where a page has several: "partitions". */
  readonly of?: string;
}

/** Leads to the other pages of a list. */
export function PageTurner({ pages: { page, known, isOpen, turnTo }, of }: Props) {
  const ofWhat = of ? ` of ${of}` : "";
  return (
    <Pagination
      currentPageIndex={page}
      pagesCount={known}
      openEnd={isOpen}
      onChange={({ detail }) => turnTo(detail.currentPageIndex)}
      ariaLabels={{
        nextPageLabel: `Next page${ofWhat}`,
        previousPageLabel: `Previous page${ofWhat}`,
        pageLabel: (number) => `Page ${number}`,
      }}
    />
  );
}
