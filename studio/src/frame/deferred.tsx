import Spinner from "@cloudscape-design/components/spinner";
import { type ComponentType, useEffect, useState } from "react";

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

type Deferred<Props> = ComponentType<Props> & {
  /** Loads the file for when it is drawn. */
  prepare(): void;
};

/**
 * A component whose file is loaded when it is first drawn. React's `lazy` would do the same, but what has waited once it
 * shows after 300 ms at the earliest, so that many parts do not appear one by one; here a file has come after a few.
 */
export function deferred<Props extends object>(load: Load<Props>): Deferred<Props> {
  const file = new PartFile(load);
  // Whoever draws it says when it cannot be loaded.
  const prepare = () => void file.load().catch(() => {});
  return Object.assign((props: Props) => <Part file={file} props={props} />, { prepare });
}

class PartFile<Props> {
  body: ComponentType<Props> | undefined;
  readonly #load: Load<Props>;
  #loading: Promise<void> | undefined;

  constructor(load: Load<Props>) {
    this.#load = load;
  }

  /** Loads it once; after a failure anew. */
  load(): Promise<void> {
    this.#loading ??= this.#load().then(
      (file) => {
        this.body = file.default;
      },
      (error) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }
}

function Part<Props extends object>({ file, props }: { readonly file: PartFile<Props>; readonly props: Props }) {
  const [failure, setFailure] = useState<{ readonly error: unknown }>();
  const [, setArrived] = useState(file.body !== undefined);
  useEffect(() => {
    if (!file.body)
      file.load().then(
        () => setArrived(true),
        (error) => setFailure({ error }),
      );
  }, [file]);
  if (failure) throw failure.error;
  const Body = file.body;
  return Body ? <Body {...props} /> : <Spinner />;
}
