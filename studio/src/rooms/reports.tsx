import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useNavigate, useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { listKey } from "../frame/query.ts";
import { detailAddress } from "../frame/screens.ts";
import { useLive } from "../live.ts";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { PageTurner } from "../pages/page-turner.tsx";
import { usePages } from "../pages/use-pages.ts";
import { useSelection } from "../pages/use-selection.ts";
import { type Findings, jobKind, listFindings } from "../reports/findings.ts";
import { reportAddress, textOf } from "../reports/report-address.ts";
import { Cut } from "../values/cut.tsx";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { Status } from "../values/status.tsx";
import { Value } from "../values/value.tsx";
import { visibleName } from "../values/visible.ts";

export const reports = defineRoom({ title: "Reports", area: "Data", Page });

const makingAddress = "/new-report";

/** Reports on data and analyses: what processing jobs have found, or are to find. Two reports of a table are compared. */
function Page() {
  const [search, setSearch] = useSearchParams();
  const name = search.get("job") ?? "";
  const pages = usePages<Findings>({
    query: listKey(jobKind, { findings: name }),
    polling: useLive({ kind: jobKind }),
    read: (token, signal) => listFindings(name, token, signal),
  });
  const { rows, error, refetch } = pages;
  const { selected, select } = useSelection(pages.id, pages.own, textOf);
  const narrow = (text: string) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      after.delete("page");
      text === "" ? after.delete("job") : after.set("job", text);
      return after;
    });
  return (
    <Table
      variant="full-page"
      stickyHeader
      trackBy={textOf}
      items={rows}
      loading={pages.isLoading}
      loadingText="Reading what jobs have found"
      header={
        <Header
          variant="awsui-h1-sticky"
          description="What is in a table, what is wrong with it, and what changed since: Data Quality and Insights Reports, and analyses of flows."
          actions={<Actions selected={selected} refetch={refetch} />}
        >
          Reports
        </Header>
      }
      filter={<AddressFilter label="Name of the job contains" value={name} onChange={narrow} />}
      pagination={<PageTurner pages={pages} />}
      selectionType="multi"
      selectedItems={selected}
      isItemDisabled={({ isReport, status }) => !isReport || status !== "Completed"}
      onSelectionChange={({ detail }) => select(detail.selectedItems)}
      ariaLabels={{
        selectionGroupLabel: "Selection",
        allItemsSelectionLabel: () => "Select all of this page",
        itemSelectionLabel: (_, one) => `Select ${one.title} of ${one.job}`,
        tableLabel: "Reports",
      }}
      columnDefinitions={columns}
      empty={error ? <Failure error={error} retry={refetch} /> : <Empty isPart={pages.isOpen || pages.page > 1} />}
    />
  );
}

const columns = [
  {
    id: "title",
    header: "Report",
    isRowHeader: true,
    minWidth: 140,
    cell: (one: Findings) => <PageLink to={reportAddress(one)}>{one.title}</PageLink>,
  },
  {
    id: "source",
    header: "Of",
    minWidth: 200,
    cell: ({ source }: Findings) => (
      <Cut text={source}>{/^s3:\/\/\S+$/.test(source) ? <Value value={source} member="" /> : visibleName(source)}</Cut>
    ),
  },
  { id: "target", header: "Target", cell: ({ target }: Findings) => (target ? visibleName(target) : "-") },
  { id: "status", header: "Status", minWidth: 120, cell: ({ status }: Findings) => <Status value={status} /> },
  { id: "created", header: "Made", minWidth: 160, cell: ({ created }: Findings) => time(created) },
  {
    id: "job",
    header: "Job",
    minWidth: 200,
    cell: ({ job }: Findings) => (
      <Cut text={job}>
        <PageLink to={detailAddress("processing-job", job)}>{job}</PageLink>
      </Cut>
    ),
  },
];

function Actions({ selected, refetch }: { readonly selected: readonly Findings[]; readonly refetch: () => void }) {
  const navigate = useNavigate();
  const [older, newer] = selected.toSorted((one, other) => one.created.getTime() - other.created.getTime());
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="refresh" ariaLabel="Read again" onClick={refetch} />
      <Button
        disabled={selected.length !== 2}
        disabledReason="Select two reports, of an older and a newer version of a table"
        onClick={() => navigate(reportAddress(newer!, older))}
      >
        Compare
      </Button>
      <Button variant="primary" onClick={() => navigate(makingAddress)}>
        Make a report
      </Button>
    </SpaceBetween>
  );
}

const Empty = ({ isPart }: { readonly isPart: boolean }) => (
  <Box textAlign="center" margin={{ vertical: "l" }}>
    <SpaceBetween size="s">
      <b>{isPart ? "The jobs of this page have found nothing of the kind." : "There are no reports yet."}</b>
      {!isPart && <PageLink to={makingAddress}>Make the first one</PageLink>}
    </SpaceBetween>
  </Box>
);
