import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useNavigate } from "react-router";
import { visibleName } from "../values/visible.ts";
import { s3Address } from "./s3-address.ts";

/** The folders above one, and itself: each leads to its page. */
export function Trail({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }) {
  const navigate = useNavigate();
  // A name may be empty: "a//b/" is a folder in a folder without a name.
  const steps = prefix === "" ? [] : prefix.slice(0, -1).split("/");
  const items = [bucket, ...steps].map((text, index) => {
    const key = steps
      .slice(0, index)
      .map((step) => `${step}/`)
      .join("");
    return { text: visibleName(text) || "(no name)", href: `/_studio${s3Address(bucket, key)}` };
  });
  return (
    <BreadcrumbGroup
      ariaLabel="Folders"
      items={items}
      onFollow={(event) => {
        event.preventDefault();
        navigate(event.detail.href.replace(/^\/_studio/, ""));
      }}
    />
  );
}
