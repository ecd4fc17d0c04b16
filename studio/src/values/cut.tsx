import type { ReactNode } from "react";

/** What is longer may need more than the two lines that it gets. */
const shortLength = 40;

interface Props {
  /** The whole text, which shows where the mouse or the keyboard is. */
  readonly text: string;
  readonly children: ReactNode;
}

/** A cell of a table that leaves the other columns in sight, however long its text is. */
export const Cut = ({ text, children }: Props) =>
  text.length <= shortLength ? (
    children
  ) : (
    <span className="cut" title={text}>
      {children}
    </span>
  );
