import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { type ComponentType, memo, useRef, useState } from "react";
import type { ShapeFacts } from "../../../src/wire/constraints/shape-facts.ts";
import type { ListShape, Member, ScalarShape, Slot, StructureShape } from "../../../src/wire/schema.ts";
import type { FormField as Declared, FieldProps } from "../declare/form-group.ts";
import { valueAt } from "../declare/path.ts";
import { titleOf } from "../values/words.ts";
import { useForm, useFormPart } from "./form-context.ts";
import type { FormState } from "./form-store.ts";
import { MapControl } from "./map-control.tsx";
import { OfferedControl } from "./offered-control.tsx";
import { offerFor } from "./offers.ts";
import { fieldPath, isScalar, type Place, placeOf } from "./place-of.ts";
import { hasRowProblem } from "./read-draft.ts";
import { ScalarControl } from "./scalar-control.tsx";

interface Props extends Place {
  readonly path: string;
  /** Of the declaration; absent where the schema alone makes the field. */
  readonly declared?: Declared;
  /** Paths that are shown elsewhere. */
  readonly hidden?: ReadonlySet<string>;
}

/** The field of any member: a control, a list of entries, or the fields of a structure. */
export function Field(props: Props) {
  const { slot, path, declared } = props;
  const { shape } = slot;
  const label = declared?.title ?? titleOf(path);
  if (!declared?.as) {
    if (shape.kind === "structure") return <Structure {...props} shape={shape} label={label} />;
    if (shape.kind === "list" && !isScalar(shape.element.shape))
      return <Entries {...props} shape={shape} label={label} />;
  }
  return <OneField {...props} label={label} />;
}

/** A control with its label, and what is wrong with what it holds. */
function OneField(props: Props & { label: string }) {
  const { slot, path, declared, label } = props;
  const required = props.required || declared?.required === true;
  const form = useForm();
  const { shape } = slot;
  const As = declared?.as;
  const value = useFormPart((state) => valueAt(As ? state.input : state.draft, path));
  const problem = useFormPart((state) => state.problemAt(path));
  const change = (given: unknown) => form.change(path, given);
  const hasSpaces = [value].flat().some((text) => typeof text === "string" && /^ | $/.test(text));
  const spaces = hasSpaces ? `${shape.kind === "list" ? "A line" : "It"} begins or ends with a space.` : undefined;
  // The rows of a map say themselves what is wrong with them.
  const said = shape.kind === "map" && hasRowProblem(value as object | undefined) ? undefined : problem;
  return (
    <FormField
      label={
        required ? (
          label
        ) : (
          <>
            {label} <i>- optional</i>
          </>
        )
      }
      description={declared?.note}
      errorText={said && spaces ? `${said} ${spaces}` : said}
      warningText={spaces}
      stretch={shape.kind === "map" || As !== undefined}
    >
      {As ? (
        <Own as={As} path={path} value={value} onChange={change} invalid={problem !== undefined} label={label} />
      ) : (
        <Control {...props} value={value} onChange={change} isNew={declared !== undefined && !path.includes(".")} />
      )}
    </FormField>
  );
}

/** A control of the declaration's, which sees the whole input. */
function Own({ as: As, ...props }: Omit<FieldProps, "input"> & { readonly as: ComponentType<FieldProps> }) {
  return <As {...props} input={useFormPart(({ input }) => input)} />;
}

interface Controlled extends Props {
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Whether it is the name of what the form makes, which names nothing that is there. */
  readonly isNew: boolean;
}

function Control({ slot, facts: known, path, required, value, onChange, declared }: Controlled) {
  const { shape } = slot;
  const facts = declared?.values ? { ...known, values: declared.values.join("|") } : known;
  const offer = shape.kind === "string" && facts.values === undefined && !declared?.isName ? offerFor(path) : undefined;
  if (offer) return <OfferedControl offer={offer} value={value} onChange={onChange} />;
  if (shape.kind === "map")
    return <MapControl value={value as undefined} onChange={onChange} noun={titleOf(path).toLowerCase()} />;
  if (shape.kind === "list") return <Lines value={value} onChange={onChange} />;
  const member = path.split(".").at(-1)!;
  return (
    <ScalarControl
      member={member}
      shape={shape as ScalarShape}
      facts={facts}
      traits={slot.traits}
      required={required}
      value={value}
      onChange={onChange}
    />
  );
}

/** A list of texts or numbers, one a line. */
const Lines = ({ value, onChange }: { value: unknown; onChange: (lines: unknown) => void }) => (
  <Textarea
    rows={2}
    value={Array.isArray(value) ? value.join("\n") : ""}
    placeholder="One a line"
    spellcheck={false}
    onChange={({ detail }) => onChange(detail.value === "" ? undefined : detail.value.split("\n"))}
  />
);

/** The fields of a structure, folded up until they are wanted. */
function Structure({
  shape,
  path,
  label,
  declared,
  required,
  hidden,
}: Props & { shape: StructureShape; label: string }) {
  const form = useForm();
  const [wanted, setOpen] = useState(declared !== undefined || valueAt(form.state().draft, path) !== undefined);
  const open = useFormPart((state) => state.hasProblemBelow(path, hidden)) || wanted;
  return (
    <ExpandableSection
      variant="inline"
      headerText={required ? label : `${label} - optional`}
      headingTagOverride="h3"
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && <Members shape={shape} path={path} hidden={hidden} />}
    </ExpandableSection>
  );
}

/** The fields of a structure's members, but for those that are shown elsewhere. */
export function Members({
  shape,
  path,
  hidden,
}: {
  shape: StructureShape;
  path: string;
  hidden?: ReadonlySet<string>;
}) {
  const { facts } = useForm();
  const below = (member: Member) => (path === "" ? member.name : `${path}.${member.name}`);
  return (
    <SpaceBetween size="l">
      {shape.members
        .filter((member) => !isHidden(member, below(member), hidden))
        .map((member) => (
          <Field
            key={member.name}
            slot={member}
            path={below(member)}
            required={member.required}
            facts={facts.ofMember(shape.name, member.name)}
            hidden={hidden}
          />
        ))}
    </SpaceBetween>
  );
}

/** Whether a member is shown elsewhere, or all that is in it. */
function isHidden({ shape }: Slot, path: string, hidden: ReadonlySet<string> | undefined): boolean {
  if (!hidden || hidden.has(path)) return hidden !== undefined;
  if (shape.kind !== "structure" || ![...hidden].some((one) => one.startsWith(`${path}.`))) return false;
  return shape.members.every((member) => isHidden(member, `${path}.${member.name}`, hidden));
}

/** A list of structures or of lists: an entry each, with what the declaration picks first. */
function Entries({ shape, path, label, declared, facts }: Props & { shape: ListShape; label: string }) {
  const form = useForm();
  const entriesOf = ({ draft }: FormState) => (valueAt(draft, path) ?? []) as readonly unknown[];
  const { keys, forget } = useEntryKeys(useFormPart((state) => entriesOf(state).length));
  const problem = useFormPart((state) => state.problemAt(path));
  const noun = (declared?.entry ?? label.replace(/s$/, "")).toLowerCase();
  const own = form.facts.named(facts.element);
  const add = useRef<ButtonProps.Ref>(null);
  const isStructure = shape.element.shape.kind === "structure";
  return (
    <FormField label={label} description={declared?.note} errorText={problem} stretch>
      <SpaceBetween size="s">
        {keys.map((key, index) => (
          <div key={key} className="entry">
            <EntryFields slot={shape.element} facts={own} path={`${path}.${index}`} declared={declared} />
            <Button
              formAction="none"
              iconName="remove"
              variant="link"
              ariaLabel={`Remove ${noun} ${index + 1}`}
              onClick={() => {
                forget(index);
                form.removeEntry(path, index);
                // The button that had the focus goes with its entry.
                add.current?.focus();
              }}
            >
              Remove
            </Button>
          </div>
        ))}
        <Button
          ref={add}
          formAction="none"
          iconName="add-plus"
          onClick={() => form.change(path, [...entriesOf(form.state()), declared?.start ?? (isStructure ? {} : [])])}
        >
          Add {noun}
        </Button>
      </SpaceBetween>
    </FormField>
  );
}

/** Keys of the entries of a list: an entry has no name of its own, and keeps its key when one before it goes. */
function useEntryKeys(count: number) {
  const { current } = useRef({ keys: [] as number[], last: 0 });
  while (current.keys.length < count) current.keys.push(++current.last);
  current.keys.length = count;
  return { keys: current.keys, forget: (index: number) => void current.keys.splice(index, 1) };
}

/** Drawn once, however many entries there are beside it. */
const EntryFields = memo(function EntryFields({
  slot,
  path,
  declared,
  facts,
}: {
  slot: Slot;
  path: string;
  declared?: Declared;
  facts: ShapeFacts;
}) {
  const form = useForm();
  const { shape } = slot;
  if (shape.kind !== "structure") return <Field slot={slot} facts={facts} path={path} required />;
  const picked = declared?.fields ?? [];
  const rest = new Set(picked.map((field) => `${path}.${fieldPath(field)}`));
  const places = picked.map((field) => placeOf(shape, fieldPath(field), form.facts));
  const fields = picked.map((field, index) => {
    const place = places[index];
    const own = typeof field === "string" ? { member: field } : field;
    return place && <Field key={own.member} {...place} path={`${path}.${own.member}`} declared={own as Declared} />;
  });
  const isRow = fields.length <= 3 && places.every((place) => place && isScalar(place.slot.shape));
  return (
    <SpaceBetween size="m">
      {isRow ? <ColumnLayout columns={fields.length}>{fields}</ColumnLayout> : fields}
      {picked.length === 0 ? <Members shape={shape} path={path} /> : <Rest shape={shape} path={path} hidden={rest} />}
    </SpaceBetween>
  );
});

/** Everything that the declaration does not pick. */
export function Rest({ shape, path, hidden }: { shape: StructureShape; path: string; hidden: ReadonlySet<string> }) {
  const [wanted, setOpen] = useState(false);
  const open = useFormPart((state) => state.hasProblemBelow(path, hidden)) || wanted;
  return (
    <ExpandableSection
      headerText="All settings"
      variant={path === "" ? "container" : "inline"}
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && <Members shape={shape} path={path} hidden={hidden} />}
    </ExpandableSection>
  );
}
