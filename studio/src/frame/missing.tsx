import Box from "@cloudscape-design/components/box";
import { PageLink } from "../values/page-link.tsx";

/** An address that no screen has. */
export const Missing = () => (
  <Box padding="xxl" textAlign="center">
    <h1>There is no such page</h1>
    <PageLink to="/">To the start</PageLink>
  </Box>
);
