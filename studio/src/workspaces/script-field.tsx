import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import type { FieldProps } from "../declare/form-group.ts";
import { scriptContent, scriptText } from "./script-text.ts";

/** A shell script in a form, typed as text; the input has it as Base64. */
export function ScriptField({ value, onChange, label, invalid }: FieldProps) {
  const [text, setText] = useState(() => readable(value));
  return (
    <Textarea
      ariaLabel={label}
      invalid={invalid}
      rows={12}
      spellcheck={false}
      placeholder="#!/bin/bash"
      value={text}
      onChange={({ detail }) => {
        setText(detail.value);
        onChange(detail.value === "" ? undefined : scriptContent(detail.value));
      }}
    />
  );
}

function readable(value: unknown): string {
  try {
    return typeof value === "string" ? scriptText(value) : "";
  } catch {
    // What is no Base64 is shown as it is, to be put right.
    return String(value);
  }
}
