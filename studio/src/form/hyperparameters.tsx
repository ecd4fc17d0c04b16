import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { parseParams } from "../../../src/base/params.ts";
import type { FieldProps } from "../declare/form-group.ts";
import { valueAt } from "../declare/path.ts";
import { type HyperparameterFact, type HyperparameterFacts, paramOf } from "./image-facts.ts";
import { hyperparameters, images } from "./images.gen.ts";

type Texts = Readonly<Record<string, string>>;

/** The hyperparameters of the image that an input names; undefined where it runs scripts, which have their own. */
function factsOf(input: object): HyperparameterFacts | undefined {
  const uri = String(valueAt(input, "AlgorithmSpecification.TrainingImage") ?? "");
  const row = images.find(({ image }) => uri.endsWith(`/${image}`))?.hyperparameters;
  return row === undefined ? undefined : hyperparameters[row];
}

function problemsOf(facts: HyperparameterFacts | undefined, texts: Texts): ReadonlyMap<string, string> {
  if (!facts) return new Map();
  const params = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, paramOf(fact)]));
  return new Map(parseParams(params, texts).problems.map(({ name, message }) => [name, message]));
}

/** What is wrong with an input's hyperparameters; undefined where nothing is. */
export function hyperparameterProblem(input: object): string | undefined {
  const texts = (valueAt(input, "HyperParameters") ?? {}) as Texts;
  return [...problemsOf(factsOf(input), texts).values()][0];
}

/** A row for each hyperparameter that is given or required; the others are offered by name. */
export function Hyperparameters({ value, onChange, input }: FieldProps) {
  const texts = (value ?? {}) as Texts;
  const facts = factsOf(input);
  const [adding, setAdding] = useState("");
  const required = Object.keys(facts ?? {}).filter((name) => facts![name]!.required);
  const names = [...new Set([...required, ...Object.keys(texts)])];
  const problems = problemsOf(facts, texts);
  const set = (name: string, text: string | undefined) => {
    const { [name]: _, ...others } = texts;
    const all = text === undefined ? others : { ...texts, [name]: text };
    onChange(Object.keys(all).length > 0 ? all : undefined);
  };
  const add = (name: string) => {
    if (names.includes(name)) return;
    if (name !== "") set(name, facts?.[name]?.default ?? "");
    setAdding("");
  };
  const offered = Object.entries(facts ?? {}).filter(([name]) => !names.includes(name));
  return (
    <SpaceBetween size="m">
      {names.map((name) => {
        const isGiven = name in texts;
        return (
          <Grid key={name} gridDefinition={[{ colspan: { default: 8 } }, { colspan: { default: 4 } }]}>
            <FormField
              label={name}
              description={facts?.[name] && describe(facts[name])}
              errorText={isGiven ? problems.get(name) : undefined}
              stretch
            >
              <Text fact={facts?.[name]} text={texts[name] ?? ""} onChange={(text) => set(name, text)} />
            </FormField>
            {required.includes(name) ? (
              <span />
            ) : (
              <Button
                formAction="none"
                variant="link"
                ariaLabel={`Remove ${name}`}
                onClick={() => set(name, undefined)}
              >
                Remove
              </Button>
            )}
          </Grid>
        );
      })}
      <Grid gridDefinition={[{ colspan: { default: 8 } }, { colspan: { default: 4 } }]}>
        <FormField errorText={names.includes(adding) ? `${adding} is there already.` : undefined} stretch>
          <Autosuggest
            value={adding}
            ariaLabel="Name of another hyperparameter"
            placeholder="Name of another hyperparameter"
            options={offered.map(([name, fact]) => ({ value: name, description: describe(fact) }))}
            empty="This image has its own hyperparameters; type a name."
            enteredTextLabel={(text) => `Use "${text}"`}
            onChange={({ detail }) => setAdding(detail.value)}
            onSelect={({ detail }) => add(detail.value)}
          />
        </FormField>
        <Button formAction="none" wrapText={false} onClick={() => add(adding)}>
          Add
        </Button>
      </Grid>
    </SpaceBetween>
  );
}

const describe = ({ allowed, default: initial }: HyperparameterFact): string =>
  `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}${initial === undefined ? "" : `; ${initial} if left out`}`;

function Text({ fact, text, onChange }: { fact?: HyperparameterFact; text: string; onChange: (text: string) => void }) {
  if (!fact?.choices || fact.allowed.startsWith("a list"))
    return <Input value={text} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />;
  const options = fact.choices.map((word) => ({ value: String(word) }));
  return (
    <Select
      selectedOption={options.find(({ value }) => value === text) ?? null}
      options={options}
      placeholder="Choose one"
      onChange={({ detail }) => onChange(detail.selectedOption.value!)}
    />
  );
}
