import { array, boolean, object, optional, parse, string } from "valibot";
import type { PageConfig } from "../config.ts";
import { type Session, watchReach } from "./api.ts";
import { ClockView } from "./clock-view.ts";
import { byId, h } from "./dom.ts";
import { faultsView } from "./faults-view.ts";
import { languageSwitch, text } from "./language.ts";
import { LoginView } from "./login-view.ts";
import { phoneView } from "./phone-view.ts";
import { RequestsView } from "./requests-view.ts";
import { StoredView } from "./stored-view.ts";
import { uploadPanel } from "./upload-panel.ts";
import { UploadsView } from "./uploads-view.ts";

/** The configuration that the server wrote into the page. */
const Config = object({
  functions: array(string()),
  faults: array(string()),
  needsLogin: boolean(),
  strictTransport: boolean(),
  bucket: string(),
  region: string(),
  cosHost: string(),
  networkUrl: optional(string()),
});

const { networkUrl, ...read } = parse(Config, JSON.parse(byId("config").textContent ?? ""));
const config: PageConfig = { ...read, networkUrl };
const session: Session = { token: undefined };

const stored = new StoredView(config, session);
const login = config.needsLogin ? new LoginView(session, () => void stored.refresh(true)) : undefined;
const uploads = new UploadsView({
  config,
  session,
  onBucketChange: () => void stored.refresh(),
  onLoginNeeded: () => login?.askForLogin(),
});

byId("skip").textContent = text.skip;
byId("where").textContent = text.where(config.bucket, config.region, config.cosHost);
byId("functions-title").textContent = text.functions;
byId("top").append(languageSwitch());
const requests = new RequestsView(() => void stored.refresh());
const offline = h(
  "p",
  { class: "notice", id: "offline", attributes: { role: "alert", hidden: true } },
  text.unreachable,
);
watchReach((isReached) => {
  offline.hidden = isReached;
  if (!isReached) return;
  // It may have been started anew.
  requests.restart();
  void stored.refresh();
});
byId("main").before(offline);
byId("main").append(
  h(
    "div",
    { class: "column" },
    ...(login === undefined ? [] : [login.element]),
    uploadPanel(config, (job) => uploads.add(job)),
    faultsView(config),
    ...(config.networkUrl === undefined ? [] : [phoneView(config.networkUrl, config.cosHost)]),
    new ClockView(() => void stored.refresh()).element,
  ),
  h("div", { class: "column wide" }, uploads.element, requests.element, stored.element),
);
void stored.refresh();
