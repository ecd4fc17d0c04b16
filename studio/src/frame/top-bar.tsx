import TopNavigation from "@cloudscape-design/components/top-navigation";
import { useNavigate } from "react-router";
import { chooseRegion, regions, session, signOut } from "../api/session.ts";
import { notifyFailure } from "./notices.tsx";
import { SearchBox } from "./search-box.tsx";
import { setTheme, useTheme } from "./theme.ts";

/** The bar above every page: search, theme, who is signed in. */
export function TopBar() {
  const navigate = useNavigate();
  const theme = useTheme();
  const { account, region, ownRegion, caller } = session();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{
          title: "Sagebrush",
          href: "/_studio/",
          logo: { src: "/_studio/icon.svg", alt: "" },
          onFollow: (event) => {
            event.preventDefault();
            navigate("/");
          },
        }}
        search={<SearchBox />}
        utilities={[
          {
            type: "button",
            text: other === "dark" ? "Dark" : "Light",
            title: `Show the ${other} theme`,
            ariaLabel: `Show the ${other} theme`,
            onClick: () => setTheme(other),
          },
          {
            type: "button",
            text: "Guide",
            href: "/_sagebrush/guide",
            external: true,
            externalIconAriaLabel: " (opens a new tab)",
          },
          {
            type: "menu-dropdown",
            text: region,
            title: "Region",
            ariaLabel: `Region ${region}`,
            items: [...new Set([ownRegion, ...regions])].map((one) => ({ id: one, text: one })),
            onItemClick: ({ detail }) => chooseRegion(detail.id),
          },
          {
            type: "menu-dropdown",
            text: "Session",
            title: "Session",
            description: caller.arn,
            iconName: "user-profile",
            items: [
              { id: "account", text: `Account ${account}`, disabled: true },
              { id: "sign-out", text: "Sign out" },
            ],
            onItemClick({ detail }) {
              if (detail.id === "sign-out")
                signOut().catch((error) => notifyFailure("You are still signed in.", error));
            },
          },
        ]}
      />
    </div>
  );
}
