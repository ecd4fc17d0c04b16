import { acceptCompletion, autocompletion, closeCompletion, completionKeymap, ifNotIn } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completeSql } from "./complete-sql.ts";
import { athenaDialect } from "./trino-dialect.ts";

/** An editor of statements. */
export interface Editor {
  text(): string;
  /** What is selected; both are the cursor's place where nothing is. */
  selection(): { readonly from: number; readonly to: number };
  /** Replaces the text; a person can take it back. */
  replace(text: string): void;
  /** Writes in place of what is selected. */
  insert(text: string): void;
  /** Marks the word at a place, and goes there; undefined takes the mark away. */
  mark(place: number | undefined): void;
  destroy(): void;
}

interface Options {
  readonly text: string;
  /** Describes the keys, for those who do not see the page. */
  readonly description: string;
  readonly database: () => string | undefined;
  readonly onRun: () => void;
  readonly onChange: (text: string) => void;
}

const look = EditorView.theme({
  "&": {
    color: "light-dark(#0f141a, #dedee3)",
    backgroundColor: "light-dark(#ffffff, #161d26)",
    fontSize: "13px",
    maxHeight: "50vh",
    minHeight: "160px",
  },
  "&.cm-focused": { outline: "2px solid light-dark(#006ce0, #42b4ff)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: '"SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace',
    lineHeight: "1.5",
    minHeight: "160px",
  },
  ".cm-content": { caretColor: "light-dark(#0f141a, #ffffff)" },
  ".cm-cursor": { borderLeftColor: "light-dark(#0f141a, #ffffff)" },
  ".cm-gutters": {
    color: "light-dark(#5f6b7a, #a4b0be)",
    backgroundColor: "light-dark(#f6f6f9, #1b232d)",
    borderRight: "1px solid light-dark(#dedee3, #424650)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "light-dark(#d1e9ff, #1d4168)",
  },
  ".cm-matchingBracket": { backgroundColor: "light-dark(#d1e9ff, #1d4168)" },
  ".cm-refused": { textDecoration: "underline wavy light-dark(#db0000, #ff7a7a)", textUnderlineOffset: "3px" },
  ".cm-tooltip": {
    color: "light-dark(#0f141a, #dedee3)",
    backgroundColor: "light-dark(#ffffff, #1b232d)",
    border: "1px solid light-dark(#c6c6cd, #424650)",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "light-dark(#ffffff, #0f141a)",
    backgroundColor: "light-dark(#006ce0, #42b4ff)",
  },
  ".cm-completionDetail": { color: "inherit" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "light-dark(#7300b3, #d6a2ff)" },
  { tag: [tags.string, tags.special(tags.string)], color: "light-dark(#00691e, #8fd9a0)" },
  { tag: [tags.number, tags.bool, tags.null], color: "light-dark(#a12b00, #ffb088)" },
  { tag: tags.typeName, color: "light-dark(#00568b, #8cc8ff)" },
  { tag: tags.comment, color: "light-dark(#5f6b7a, #a4b0be)", fontStyle: "italic" },
]);

/** What the grammar calls the places in which nothing of the language stands. */
const texts = ["String", "QuotedIdentifier", "LineComment", "BlockComment"];

const setMark = StateEffect.define<{ readonly from: number; readonly to: number } | undefined>();
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { changes, docChanged, effects }) {
    for (const effect of effects)
      if (effect.is(setMark))
        return effect.value
          ? Decoration.set([Decoration.mark({ class: "cm-refused" }).range(effect.value.from, effect.value.to)])
          : Decoration.none;
    return docChanged ? before.map(changes) : before;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Writes over a selection itself. A browser would keep the look of what it replaces by a style in the element, which the
 * page's policy forbids.
 */
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const isWritten = event.inputType === "insertText" && event.data !== null && !event.isComposing;
    if (!isWritten || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/**
 * Makes an editor in a place of its own: below a shadow root its style sheets are constructed, which the page's policy
 * allows, and no style of the page reaches in.
 */
export function createEditor(place: HTMLElement, { text, description, database, onRun, onChange }: Options): Editor {
  const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  const run = () => {
    // It would come up over what is asked, and take the next Enter.
    closeCompletion(view);
    onRun();
    return true;
  };
  const view: EditorView = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        // Escape, then Tab, leaves the editor.
        keymap.of([{ key: "Tab", run: acceptCompletion }, indentWithTab]),
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        history(),
        lineNumbers(),
        drawSelection(),
        bracketMatching(),
        sql({ dialect: athenaDialect }),
        autocompletion({ icons: false, override: [ifNotIn(texts, completeSql(database))] }),
        syntaxHighlighting(colours),
        look,
        marked,
        overSelection,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "SQL", "aria-description": description }),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
      ],
    }),
  });
  const write = (from: number, to: number, insert: string) => {
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
    view.focus();
  };
  return {
    text: () => view.state.doc.toString(),
    selection: () => view.state.selection.main,
    replace: (given) => write(0, view.state.doc.length, given),
    insert(given) {
      const { from, to } = view.state.selection.main;
      write(from, to, given);
    },
    mark(at) {
      if (at === undefined) return view.dispatch({ effects: setMark.of(undefined) });
      const from = Math.min(at, Math.max(0, view.state.doc.length - 1));
      const { to = from } = view.state.wordAt(from) ?? {};
      const range = { from, to: Math.min(Math.max(to, from + 1), view.state.doc.length) };
      view.dispatch({
        effects: range.from < range.to ? setMark.of(range) : [],
        selection: { anchor: from },
        scrollIntoView: true,
      });
    },
    destroy: () => view.destroy(),
  };
}
