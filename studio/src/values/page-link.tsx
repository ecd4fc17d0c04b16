import Link from "@cloudscape-design/components/link";
import type { ReactNode } from "react";
import { useHref, useNavigate } from "react-router";
import { visibleName } from "./visible.ts";

/** A link to another page of Studio. */
export function PageLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  const navigate = useNavigate();
  return (
    <Link
      href={useHref(to)}
      onFollow={(event) => {
        event.preventDefault();
        navigate(to);
      }}
    >
      {typeof children === "string" ? visibleName(children) : children}
    </Link>
  );
}
