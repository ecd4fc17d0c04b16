import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { visibleText } from "./visible.ts";

/** Text with a button that copies it as it stands. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className="code-block">
      <CopyToClipboard
        variant="button"
        copyButtonText="Copy"
        copySuccessText="Copied"
        copyErrorText="It could not be copied"
        textToCopy={text}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{visibleText(text)}</pre>
      </section>
    </div>
  );
}
