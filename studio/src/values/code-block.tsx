import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

/** Text as it stands, with a button that copies it. */
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
        <pre>{text}</pre>
      </section>
    </div>
  );
}
