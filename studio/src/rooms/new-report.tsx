import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { notify } from "../frame/notices.tsx";
import { firstWanted, makeReport, problemsOf, type WantedReport } from "../reports/make-report.ts";
import { reportAddress } from "../reports/report-address.ts";
import { PlaceFields, QuestionFields, SourceFields } from "../reports/report-fields.tsx";

export const newReport = defineRoom({ title: "Make a report", area: "", Page });

/** What an address says already: "?uri=s3://lake/rows.csv", "?database=shop&table=orders", "?sql=SELECT ...". */
function wantedOf(search: URLSearchParams): WantedReport {
  const [uri, database, table, sql] = ["uri", "database", "table", "sql"].map((name) => search.get(name) ?? "");
  const kind = sql ? "query" : table ? "table" : "object";
  return { ...firstWanted(), kind, uri: uri!, database: database!, table: table!, sql: sql! };
}

/** A form that starts the processing job of a Data Quality and Insights Report. */
function Page() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState(() => wantedOf(search));
  const [isChecked, setChecked] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refused, setRefused] = useState<string>();
  const found = problemsOf(wanted);
  const problems = isChecked ? found : {};
  const fields = {
    wanted,
    problems,
    change: (values: Partial<WantedReport>) => setWanted((before) => ({ ...before, ...values })),
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    setRefused(undefined);
    if (Object.keys(found).length > 0) return;
    setSending(true);
    try {
      const name = await makeReport(wanted);
      notify("success", `${name.job} makes the report.`);
      navigate(reportAddress(name));
    } catch (error) {
      setRefused((error as Error).message);
      setSending(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void send(event)}>
      <Form
        header={
          <Header
            variant="h1"
            description="A processing job looks at a table: what is in it, what is wrong with it, and how well a column can be predicted from the others."
          >
            Make a report
          </Header>
        }
        errorText={refused}
        errorIconAriaLabel="Error"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={() => navigate("/reports")}>
              Cancel
            </Button>
            <Button variant="primary" loading={isSending}>
              Make the report
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">What is looked at</Header>}>
            <SourceFields {...fields} />
          </Container>
          <Container header={<Header variant="h2">What is asked</Header>}>
            <QuestionFields {...fields} />
          </Container>
          <Container header={<Header variant="h2">The job</Header>}>
            <PlaceFields {...fields} />
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}
