import { CONTROL } from "../config.ts";
import { h } from "./dom.ts";
import { text } from "./language.ts";

/** How to open this page on a phone in the same network, and what to set there. */
export function phoneView(url: string, cosHost: string): HTMLElement {
  return h(
    "details",
    { class: "panel phone" },
    h("summary", {}, text.onPhone),
    h("img", { attributes: { src: `${CONTROL}/address.svg`, alt: text.qrOf(url), width: 180, height: 180 } }),
    h("p", {}, h("code", {}, url)),
    h("ul", { class: "advice" }, ...text.phoneHints(cosHost).map((hint) => h("li", {}, hint))),
  );
}
