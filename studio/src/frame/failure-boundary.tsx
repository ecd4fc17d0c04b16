import { Component, type ReactNode } from "react";
import { Failure } from "../pages/failure.tsx";

interface Props {
  readonly children: ReactNode;
}

/** Shows a fault of a part of the page in its place, for example that its file cannot be loaded; the rest goes on. */
export class FailureBoundary extends Component<Props, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? <Failure error={error} retry={() => location.reload()} /> : this.props.children;
  }
}
