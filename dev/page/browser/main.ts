import type { PageConfig } from "../config.ts";
import { member, type Session, text } from "./api.ts";
import { byId, h } from "./dom.ts";
import { faultsView } from "./faults-view.ts";
import { LoginView } from "./login-view.ts";
import { StoredView } from "./stored-view.ts";
import { uploadPanel } from "./upload-panel.ts";
import { UploadsView } from "./uploads-view.ts";

const config = readConfig(JSON.parse(byId("config").textContent ?? ""));
const session: Session = { token: undefined };

const stored = new StoredView(config, session);
const login = config.needsLogin ? new LoginView(session, () => void stored.refresh(true)) : undefined;
const uploads = new UploadsView({
  config,
  session,
  onStored: () => void stored.refresh(),
  onLoginNeeded: () => login?.askForLogin(),
});

byId("main").append(
  h(
    "div",
    { class: "column" },
    ...(login === undefined ? [] : [login.element]),
    uploadPanel(config, (job) => uploads.add(job)),
    faultsView(config),
  ),
  h("div", { class: "column wide" }, uploads.element, stored.element),
);
void stored.refresh();

function readConfig(json: unknown): PageConfig {
  const list = (name: string) => {
    const value = member(json, name);
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    functions: list("functions"),
    faults: list("faults"),
    needsLogin: member(json, "needsLogin") === true,
    strictTransport: member(json, "strictTransport") === true,
    bucket: text(json, "bucket"),
    region: text(json, "region"),
    cosHost: text(json, "cosHost"),
  };
}
