import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useEffect } from "react";
import { isDenied } from "../api/is-denied.ts";
import { reloadIfNewer } from "../frame/newer-build.ts";

/** What a page shows in place of what could not be read. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }) {
  useEffect(() => void reloadIfNewer(error), [error]);
  const denied = isDenied(error);
  return (
    <Alert
      type={denied ? "warning" : "error"}
      header={denied ? "You may not see this" : "This could not be read"}
      action={retry && <Button onClick={retry}>Try again</Button>}
    >
      {error.message}
    </Alert>
  );
}
