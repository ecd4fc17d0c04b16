import Box from "@cloudscape-design/components/box";
import { Link } from "react-router";

/** An address that no screen has. */
export const Missing = () => (
  <Box padding="xxl" textAlign="center">
    <h1>There is no such page</h1>
    <Link to="/">To the start</Link>
  </Box>
);
