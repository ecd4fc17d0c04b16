import Box from "@cloudscape-design/components/box";
import { useEffect } from "react";
import { PageLink } from "../values/page-link.tsx";

/** An address that no screen has. */
export function Missing() {
  useEffect(() => {
    document.title = "No such page - Sagebrush Studio";
  }, []);
  return (
    <Box padding="xxl" textAlign="center">
      <h1>There is no such page</h1>
      <PageLink to="/">To the start</PageLink>
    </Box>
  );
}
