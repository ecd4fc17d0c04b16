import { expect, test } from "vitest";
import { images } from "../../studio/src/form/images.gen.ts";
import { publishedTags } from "./published-tags.ts";

test("every repository of the table is offered, by its published tags alone", () => {
  for (const [repository, published] of Object.entries(publishedTags)) {
    const offered = images.flatMap(({ image }) => (image.startsWith(`${repository}:`) ? [image.split(":")[1]] : []));
    expect(offered, repository).not.toEqual([]);
    expect(
      offered.filter((tag) => !published.includes(tag!)),
      repository,
    ).toEqual([]);
  }
});
