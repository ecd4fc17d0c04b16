import Autosuggest from "@cloudscape-design/components/autosuggest";
import { useState } from "react";
import { useNavigate } from "react-router";
import { allScreens } from "./screens.ts";

/** Finds a page by its title, and things of any kind by a part of their name. */
export function SearchBox() {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const { resources, rooms } = allScreens();
  const pages = [
    ...rooms.map(({ path, title }) => ({ value: `/${path === "home" ? "" : path}`, label: title })),
    ...resources.map(({ path, plural }) => ({ value: `/${path}`, label: plural })),
    ...resources
      .filter(({ creates }) => creates)
      .map(({ path, title }) => ({ value: `/${path}/create`, label: `Create ${title.toLowerCase()}` })),
  ];
  const wanted = text.trim().toLowerCase();
  const named = resources
    .filter(({ filter }) => filter)
    .map(({ path, plural, filter }) => ({
      value: `/${path}?${new URLSearchParams({ [filter!]: text.trim() })}`,
      label: `${plural} named "${text.trim()}"`,
    }));
  const found = pages.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <Autosuggest
      value={text}
      ariaLabel="Search"
      placeholder="Search pages and names"
      filteringType="manual"
      options={[
        ...(found.length > 0 ? [{ label: "Pages", options: found }] : []),
        ...(wanted ? [{ label: "Names", options: named }] : []),
      ]}
      empty="Nothing is found"
      enteredTextLabel={(entered) => `Search "${entered}"`}
      onChange={({ detail }) => setText(detail.value)}
      onSelect={({ detail }) => {
        setText("");
        // A text that is entered may begin as an address does: "/aws/sagemaker" is a part of a name.
        navigate(detail.selectedOption ? detail.value : ([...found, ...named][0]?.value ?? "/"));
      }}
    />
  );
}
