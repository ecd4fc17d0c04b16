import Autosuggest from "@cloudscape-design/components/autosuggest";
import { useQuery } from "@tanstack/react-query";
import type { Offer } from "./offers/offer.ts";

interface Props {
  readonly offer: Offer;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A text with what is there to choose from; anything else can be typed too. */
export function OfferedControl({ offer, value, onChange }: Props) {
  const text = typeof value === "string" ? value : "";
  const wanted = offer.dependsOn?.(text) ?? "";
  const {
    data = [],
    status,
    refetch,
  } = useQuery({
    queryKey: ["offer", String(offer.members), wanted],
    queryFn: () => offer.suggest(wanted),
    staleTime: 10_000,
  });
  return (
    <Autosuggest
      value={text}
      options={data.map((one) => ({ value: one.value, description: one.note }))}
      statusType={status === "pending" ? "loading" : status === "error" ? "error" : "finished"}
      loadingText="Looking what is there"
      errorText="What is there could not be listed."
      recoveryText="Try again"
      onLoadItems={() => void (status === "error" && refetch())}
      empty="Nothing is there yet; type it."
      enteredTextLabel={(entered) => `Use "${entered}"`}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}
