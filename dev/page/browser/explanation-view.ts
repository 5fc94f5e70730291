import type { Comparison, Explanation, Line } from "../../../packages/cos-explain/src/index.ts";
import { h } from "./dom.ts";

/** A refusal in words. */
export function explanationView(explanation: Explanation): HTMLElement {
  const { title, sentence, certainty, cause, code, requestId, comparison, advice, links } = explanation;
  return h(
    "section",
    { class: "why", attributes: { "aria-label": "Why it was refused", "data-cause": cause } },
    h("h4", {}, title),
    h("p", { class: "sentence" }, sentence),
    comparison && comparisonView(comparison),
    h("ul", { class: "advice" }, ...advice.map((item) => h("li", {}, item))),
    h(
      "p",
      { class: "small" },
      [code, cause, certainty === "likely" ? "likely" : "", requestId && `request ${requestId}`]
        .filter((part) => part !== "")
        .join(" · "),
      " · ",
      ...links.flatMap((link, index) => [
        index > 0 ? ", " : "",
        h(
          "a",
          { attributes: { href: link, target: "_blank", rel: "noreferrer" } },
          `documentation ${link.split("/").slice(-2).join("/")}`,
        ),
      ]),
    ),
  );
}

/** The roles are said again: where a narrow screen shows the rows as blocks, browsers would forget them. */
function comparisonView({ expectedBy, givenBy, lines }: Comparison): HTMLElement {
  const heading = (text: string) => h("th", { attributes: { scope: "col", role: "columnheader" } }, text);
  return h(
    "div",
    { class: "scroll", attributes: { tabindex: 0, role: "region", "aria-label": "What differs" } },
    h(
      "table",
      { class: "compare", attributes: { role: "table" } },
      h(
        "thead",
        { attributes: { role: "rowgroup" } },
        h("tr", { attributes: { role: "row" } }, heading("Part"), heading(expectedBy), heading(givenBy)),
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
      value === undefined ? h("i", {}, verdict === "unknown" ? "not known" : "none") : h("code", {}, value),
    );
  return h(
    "tr",
    { class: verdict, attributes: { role: "row" } },
    h(
      "th",
      { attributes: { scope: "row", role: "rowheader" } },
      name,
      verdict === "differs" && h("span", { class: "mark" }, "differs"),
    ),
    ...(verdict === "same" ? [cell(given, undefined)] : [cell(expected, expectedBy), cell(given, givenBy)]),
  );
}
