import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { AnalysisResult } from "../../../src/prep/do-analysis.ts";
import { findingsFile } from "../../../src/prep/flows/analysis-flow.ts";
import { compareReports, type ReportComparison } from "../../../src/prep/insights/compare-reports.ts";
import type { InsightsReport } from "../../../src/prep/insights/insights-report.ts";
import { reportPage } from "../../../src/prep/insights/page/report-page.ts";
import { reportSections, rowsWords } from "../../../src/prep/insights/page/report-sections.ts";
import { defineRoom } from "../declare/define-room.ts";
import { detailAddress } from "../frame/screens.ts";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { AnalysisView } from "../reports/analysis-view.tsx";
import { type Findings, findingsOfJob, jobKind, readFound } from "../reports/findings.ts";
import { type FindingsName, findingsName, textOf } from "../reports/report-address.ts";
import { ReportView } from "../reports/report-view.tsx";
import { saveText } from "../reports/save-text.ts";
import { download } from "../s3/download.ts";
import { PageLink } from "../values/page-link.tsx";
import { isUnderWay, Status } from "../values/status.tsx";
import { visibleName } from "../values/visible.ts";

export const report = defineRoom({ title: "Report", area: "", Page });

type Found = InsightsReport | AnalysisResult | { readonly problem: string };

const isReport = (found: unknown): found is InsightsReport =>
  (found as Partial<InsightsReport> | null)?.format === "data-insights-report";

/** What a job finds in a node of its flow, and once the job has ended what it has found. */
function useFound(name: FindingsName | undefined) {
  const polling = useLive({ kind: jobKind });
  const asked = useQuery({
    queryKey: [jobKind, "findings", name],
    queryFn: async ({ signal }) => {
      const found = (await findingsOfJob(name!.job, signal)).find(({ node }) => node === name!.node);
      if (!found) throw new Error(`The job ${name!.job} has no analysis ${name!.node}.`);
      return found;
    },
    enabled: name !== undefined,
    refetchInterval: polling,
  });
  const { data: findings } = asked;
  const read = useQuery({
    queryKey: ["found", name, findings?.created.getTime()],
    queryFn: async ({ signal }) => (await readFound(findings!, signal)) as Found,
    enabled: findings?.status === "Completed",
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { findings, found: read.data, error: asked.error ?? read.error };
}

/** A report or an analysis; with the report of an older version of the table, what changed as well. */
function Page() {
  const [search] = useSearchParams();
  const name = findingsName(search.get("of"));
  const olderName = findingsName(search.get("older"));
  const { findings, found, error } = useFound(name);
  const older = useFound(olderName);
  if (!name)
    return (
      <SpaceBetween size="l">
        <Header variant="h1">Report</Header>
        <div>
          The address names no report. <PageLink to="/reports">All reports</PageLink>
        </div>
      </SpaceBetween>
    );
  const failure = error ?? older.error;
  return (
    <SpaceBetween size="l">
      {findings ? <Head findings={findings} found={found} older={older} /> : <Header variant="h1">Report</Header>}
      {failure ? (
        <Failure error={failure} />
      ) : findings && findings.status !== "Completed" ? (
        <Unfinished findings={findings} />
      ) : found === undefined || (olderName && older.found === undefined) ? (
        <Spinner size="large" />
      ) : (
        <Shown key={textOf(name)} found={found} older={older.found} />
      )}
    </SpaceBetween>
  );
}

interface HeadProps {
  readonly findings: Findings;
  readonly found: Found | undefined;
  readonly older: ReturnType<typeof useFound>;
}

function Head({ findings, found, older }: HeadProps) {
  const { bucket, folder, job, source, target, title } = findings;
  return (
    <Header
      variant="h1"
      description={
        <>
          {target !== undefined && `Target ${visibleName(target)}. `}
          {isReport(found) && `${rowsWords(found)} `}
          {older.findings && (
            <>
              {"Compared with the report of "}
              <PageLink to={detailAddress("processing-job", older.findings.job)}>{older.findings.job}</PageLink>
              {". "}
            </>
          )}
          {"Made by "}
          <PageLink to={detailAddress("processing-job", job)}>{job}</PageLink>.
        </>
      }
      actions={
        found !== undefined && (
          <SpaceBetween direction="horizontal" size="xs">
            {isReport(found) && (
              <Button
                onClick={() =>
                  saveText(`${job}.html`, "text/html", reportPage(found, comparisonOf(found, older.found)))
                }
              >
                Save as page
              </Button>
            )}
            <Button onClick={() => void download(bucket, `${folder}${findingsFile}`)}>Download JSON</Button>
          </SpaceBetween>
        )
      }
    >
      {`${visibleName(title)} of ${visibleName(source.length > 80 ? `${source.slice(0, 80)}…` : source)}`}
    </Header>
  );
}

const Unfinished = ({ findings: { failure, status } }: { readonly findings: Findings }) =>
  isUnderWay(status) ? (
    <SpaceBetween size="s">
      <Status value={status} />
      <div>The report is shown here as soon as it is made.</div>
    </SpaceBetween>
  ) : (
    <Alert type="error" header={`The job is ${status.toLowerCase()}: there is no report`}>
      {failure ?? "It was stopped before it had ended."}
    </Alert>
  );

const comparisonOf = (found: InsightsReport, older: Found | undefined): ReportComparison | undefined =>
  isReport(older) ? compareReports(older, found) : undefined;

function Shown({ found, older }: { readonly found: Found; readonly older: Found | undefined }) {
  const page = useMemo(
    () => (isReport(found) && found.version === 1 ? reportSections(found, comparisonOf(found, older)) : undefined),
    [found, older],
  );
  if (page) return <ReportView page={page} />;
  if (isReport(found))
    return <Alert type="error">{`The report has version ${found.version}; version 1 is shown here.`}</Alert>;
  if ("problem" in found)
    return (
      <Alert type="warning" header="It could not be worked out">
        {found.problem}
      </Alert>
    );
  return <AnalysisView result={found} />;
}
