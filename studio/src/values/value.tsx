import { useLocation } from "react-router";
import { screenOfArn, screenOfName } from "../frame/screens.ts";
import { addressOfUri } from "../s3/s3-address.ts";
import { bytes, duration, number, time } from "./format.ts";
import { indentedJson } from "./json-text.ts";
import { PageLink } from "./page-link.tsx";
import { shortName } from "./short-name.ts";
import { Status } from "./status.tsx";
import { visibleName, visibleText } from "./visible.ts";
import { titleOf } from "./words.ts";

/** What is shown of a value that is absent. */
const none = "-";

interface Rule {
  readonly fits: (value: unknown, member: string) => boolean;
  readonly show: (value: never, member: string) => React.ReactNode;
}

const texts = (pattern: RegExp) => (value: unknown, member: string) =>
  typeof value === "string" && pattern.test(member);
const numbers = (pattern: RegExp) => (value: unknown, member: string) =>
  typeof value === "number" && pattern.test(member);

/** How values are shown, by their type and the last step of their path. The first rule that fits is taken. */
const rules: readonly Rule[] = [
  { fits: (value) => value === undefined || value === null || value === "", show: () => none },
  {
    fits: (value) => value instanceof Date,
    show: (value: Date) => <time dateTime={value.toISOString()}>{time(value)}</time>,
  },
  { fits: texts(/(Status|State|StateValue)$/), show: (value: string) => <Status value={value} /> },
  {
    fits: (value) => typeof value === "string" && value.startsWith("s3://"),
    show: (value: string) => <S3Link uri={value} />,
  },
  {
    fits: (value) => typeof value === "string" && value.startsWith("arn:"),
    show: (value: string) => <ArnLink arn={value} />,
  },
  {
    fits: (value) => typeof value === "string" && jsonIn(value) !== undefined,
    show: (value: string) => <pre className="document">{jsonIn(value)}</pre>,
  },
  {
    fits: (value, member) => typeof value === "string" && screenOfName(member, value) !== undefined,
    show: (value: string, member) => <PageLink to={screenOfName(member, value)!}>{value}</PageLink>,
  },
  { fits: numbers(/(Time|Timestamp)$/i), show: (value: number) => time(new Date(value)) },
  { fits: numbers(/(Seconds|SessionDuration)$/), show: duration },
  { fits: numbers(/Millis$/), show: (value: number) => (value < 1000 ? `${value} ms` : duration(value / 1000)) },
  { fits: numbers(/(Bytes|Size)$/), show: bytes },
  { fits: (value) => typeof value === "number", show: number },
  { fits: (value) => typeof value === "boolean", show: (value: boolean) => (value ? "Yes" : "No") },
  { fits: (value) => Array.isArray(value) && value.length === 0, show: () => none },
  { fits: (value) => Array.isArray(value), show: (value: unknown[]) => <List values={value} /> },
  { fits: (value) => typeof value === "object", show: (value: object) => <Members value={value} /> },
];

export function Value({ value, member }: { readonly value: unknown; readonly member: string }) {
  const rule = rules.find(({ fits }) => fits(value, member));
  return <>{rule ? rule.show(value as never, member) : visibleText(String(value))}</>;
}

/** A policy and the like, a text of JSON, in lines; undefined for another text. */
const jsonIn = (text: string): string | undefined => (/^\s*[{[]/.test(text) ? indentedJson(text) : undefined);

function List({ values }: { readonly values: readonly unknown[] }) {
  return (
    <ul className="plain">
      {values.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the values of a document have no other identity
        <li key={index}>
          <Value value={value} member="" />
        </li>
      ))}
    </ul>
  );
}

function Members({ value }: { readonly value: object }) {
  const shown = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (shown.length === 0) return none;
  // A dimension of a metric and a tag say in one member what another one holds.
  const memberOf = (member: string) => (member === "Value" && "Name" in value ? String(value.Name) : member);
  return (
    <dl className="members">
      {shown.map(([member, inner]) => (
        <div key={member}>
          <dt>{/^[A-Z][A-Za-z\d]+$/.test(member) ? titleOf(member) : member}</dt>
          <dd>
            <Value value={inner} member={memberOf(member)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const S3Link = ({ uri }: { readonly uri: string }) => {
  const to = addressOfUri(uri);
  return to ? <PageLink to={to}>{uri}</PageLink> : visibleName(uri);
};

const ArnLink = ({ arn }: { readonly arn: string }) => {
  const to = screenOfArn(arn);
  const { pathname } = useLocation();
  // Its own ARN is what a page is read for, to copy it.
  return to && to !== pathname ? (
    <PageLink to={to}>{shortName(arn)}</PageLink>
  ) : (
    <span className="code">{visibleName(arn)}</span>
  );
};
