import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import "@cloudscape-design/global-styles/index.css";
import "./studio.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { goSignIn, readSession } from "./api/session.ts";
import { App } from "./frame/app.tsx";
import { followLostParts } from "./frame/newer-build.ts";
import { preparePages } from "./frame/prepare-pages.ts";
import { queries } from "./frame/query.ts";
import { resources, rooms } from "./frame/screens.gen.ts";
import { provideScreens } from "./frame/screens.ts";
import { showTheme } from "./frame/theme.ts";

showTheme();
followLostParts();
provideScreens({ resources, rooms });
preparePages();
// The bar above measures its words once, so its font has to be there.
const [signedIn] = await Promise.all([readSession(), document.fonts.load('700 18px "Open Sans"')]);
if (signedIn)
  createRoot(document.getElementById("studio")!).render(
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <BrowserRouter basename="/_studio">
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </I18nProvider>,
  );
else goSignIn();
