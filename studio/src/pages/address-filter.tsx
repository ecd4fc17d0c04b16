import TextFilter from "@cloudscape-design/components/text-filter";
import { useEffect, useState } from "react";
import { AddressText } from "./address-text.ts";

interface Props {
  readonly label: string;
  /** What the address says. */
  readonly value: string;
  /** Told a moment after the last key: it writes the address. */
  readonly onChange: (value: string) => void;
  readonly countText?: string | undefined;
}

/** A text by which a list is narrowed. It stands in the address, and follows it when somebody goes back. */
export function AddressFilter({ label, value, onChange, countText }: Props) {
  const [text, setText] = useState(value);
  const [known] = useState(() => new AddressText(value));
  useEffect(() => {
    if (known.follows(value)) setText(value);
  }, [known, value]);
  useEffect(() => {
    known.open();
    return () => known.leave();
  }, [known]);
  const tell = (typed: string) => {
    if (known.tells(typed)) onChange(typed);
  };
  return (
    <TextFilter
      filteringText={text}
      filteringPlaceholder={label}
      filteringAriaLabel={label}
      countText={countText}
      onChange={({ detail }) => {
        known.type(detail.filteringText);
        setText(detail.filteringText);
        if (detail.filteringText === "") tell("");
      }}
      onDelayedChange={({ detail }) => tell(detail.filteringText)}
    />
  );
}
