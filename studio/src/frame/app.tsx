import AppLayout from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import SideNavigation from "@cloudscape-design/components/side-navigation";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { isNarrow, useNarrow } from "./narrow.ts";
import { navigationItems } from "./navigation.ts";
import { Notices } from "./notices.tsx";
import { Shown } from "./routes.tsx";
import { TopBar } from "./top-bar.tsx";
import { trailOf } from "./trail.ts";

/** The frame around every page: the bar above, the navigation, where one is, what has happened. */
export function App() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const narrow = useNarrow();
  // Closed over a narrow page, it is there again when the window is wide.
  const [wideOpen, setWideOpen] = useState(true);
  const [narrowOpen, setNarrowOpen] = useState(false);
  const follow = (event: CustomEvent<{ href: string; external?: boolean }>) => {
    if (event.detail.external) return;
    event.preventDefault();
    navigate(event.detail.href.replace(/^\/_studio/, "") || "/");
    setNarrowOpen(false);
  };
  const trail = trailOf(pathname);
  return (
    <>
      <TopBar />
      <AppLayout
        headerSelector="#top-bar"
        toolsHide
        contentType="default"
        navigationOpen={narrow ? narrowOpen : wideOpen}
        onNavigationChange={({ detail }) => (isNarrow() ? setNarrowOpen : setWideOpen)(detail.open)}
        navigation={
          <SideNavigation
            header={{ text: "Studio", href: "/_studio/" }}
            activeHref={`/_studio/${pathname.split("/")[1]}`}
            items={navigationItems()}
            onFollow={follow}
          />
        }
        breadcrumbs={
          trail.length > 1 && (
            <BreadcrumbGroup
              items={trail.map(({ text, to }) => ({ text, href: `/_studio${to}` }))}
              onFollow={follow}
              ariaLabel="Where you are"
            />
          )
        }
        notifications={<Notices />}
        content={<Shown pathname={pathname} />}
      />
    </>
  );
}
