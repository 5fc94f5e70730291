import type { PageConfig } from "../config.ts";
import { activeFaults, ignoreUnreachable, setFault } from "./api.ts";
import { announce, h } from "./dom.ts";
import { text } from "./language.ts";

/** Makes services fail while everything runs: one choice for each service. */
export function faultsView({ faults }: PageConfig): HTMLElement {
  const services = [...new Set(faults.map((fault) => fault.split("=")[0] ?? ""))];
  const selects = services.map((service) => {
    const select = h(
      "select",
      { id: `fault-${service}` },
      h("option", { attributes: { value: `${service}=` } }, text.works),
      ...faults
        .filter((fault) => fault.startsWith(`${service}=`))
        .map((fault) => h("option", { attributes: { value: fault } }, fault.slice(service.length + 1))),
    );
    select.addEventListener("change", () => {
      void setFault(select.value).then(() => announce(text.faultSet(select.value)), ignoreUnreachable);
    });
    return { service, select };
  });
  void activeFaults().then((active) => {
    for (const { select } of selects) {
      const now = active.find((fault) => [...select.options].some(({ value }) => value === fault));
      if (now !== undefined) select.value = now;
    }
  }, ignoreUnreachable);
  return h(
    "details",
    { class: "panel faults" },
    h("summary", {}, text.makeFail),
    h(
      "div",
      { class: "choices" },
      ...selects.map(({ service, select }) =>
        h("label", { attributes: { for: select.id } }, NAMES.get(service) ?? service, select),
      ),
    ),
  );
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["sts", "STS"],
  ["cos", "COS"],
  ["wechat", text.services.WeChat],
  ["function", "SCF"],
]);
