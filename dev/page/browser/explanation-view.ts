import type { Comparison, Explanation, Line } from "../../../packages/cos-explain/src/index.ts";
import { h } from "./dom.ts";
import { text } from "./language.ts";

/** The texts of `explain` are English, whatever the page's language. */
const ENGLISH = { lang: "en" };

/** A refusal in words. */
export function explanationView(explanation: Explanation): HTMLElement {
  const { title, sentence, certainty, cause, code, requestId, comparison, advice, links } = explanation;
  return h(
    "section",
    { class: "why", attributes: { "aria-label": text.why, "data-cause": cause } },
    h("h4", { attributes: ENGLISH }, title),
    h("p", { class: "sentence", attributes: ENGLISH }, sentence),
    comparison && comparisonView(comparison),
    h("ul", { class: "advice", attributes: ENGLISH }, ...advice.map((item) => h("li", {}, item))),
    h(
      "p",
      { class: "small" },
      [code, cause, certainty === "likely" ? text.likely : "", requestId && text.requestId(requestId)]
        .filter((part) => part !== "")
        .join(" · "),
      " · ",
      ...links.flatMap((link, index) => [
        index > 0 ? ", " : "",
        h(
          "a",
          { attributes: { href: link, target: "_blank", rel: "noreferrer" } },
          text.documentation(link.split("/").slice(-2).join("/")),
        ),
      ]),
    ),
  );
}

/** The roles are explicit because browsers drop them when a narrow screen shows the rows as blocks. */
function comparisonView({ expectedBy, givenBy, lines }: Comparison): HTMLElement {
  const heading = (text: string) => h("th", { attributes: { scope: "col", role: "columnheader" } }, text);
  return h(
    "div",
    { class: "scroll", attributes: { tabindex: 0, role: "region", "aria-label": text.whatDiffers } },
    h(
      "table",
      { class: "compare", attributes: { role: "table" } },
      h(
        "thead",
        { attributes: { role: "rowgroup" } },
        h("tr", { attributes: { role: "row" } }, heading(text.part), heading(expectedBy), heading(givenBy)),
      ),
      h(
        "tbody",
        { attributes: { role: "rowgroup" } },
        ...lines.map((line) => row(line, expectedBy, givenBy)),
      ),
    ),
  );
}

function row({ name, expected, given, verdict }: Line, expectedBy: string, givenBy: string): HTMLElement {
  const cell = (value: string | undefined, by: string | undefined) =>
    h(
      "td",
      { attributes: { role: "cell", "data-by": by, colspan: by === undefined ? 2 : undefined } },
      value === undefined
        ? h("i", {}, verdict === "unknown" ? text.notKnown : text.none)
        : h("code", {}, value),
    );
  return h(
    "tr",
    { class: verdict, attributes: { role: "row" } },
    h(
      "th",
      { attributes: { scope: "row", role: "rowheader" } },
      name,
      verdict === "differs" && h("span", { class: "mark" }, text.differs),
    ),
    ...(verdict === "same" ? [cell(given, undefined)] : [cell(expected, expectedBy), cell(given, givenBy)]),
  );
}
