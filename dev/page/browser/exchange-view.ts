import type { CosReply, CosRequest } from "./cos.ts";
import { h } from "./dom.ts";
import { readAnswer } from "./function-answer.ts";
import { text } from "./language.ts";
import type { Exchange } from "./upload.ts";

/** All requests and answers of one upload, step by step. */
export function exchangeView(exchange: Exchange): HTMLElement {
  const { signing, request, reply } = exchange;
  return h(
    "ol",
    { class: "steps" },
    h(
      "li",
      {},
      h("h4", {}, text.functionAnswers),
      h("p", { class: "small" }, `${signing.question} → ${signing.status}, ${signing.milliseconds} ms`),
      block(text.answer, json(signing.json)),
      ...decoded(signing.json),
      exchange.sessionPolicy !== undefined && block(text.sessionPolicy, json(exchange.sessionPolicy), true),
    ),
    h("li", {}, h("h4", {}, text.clientSends), block(text.request, sentText(exchange, request))),
    h(
      "li",
      {},
      h("h4", {}, text.cosAnswers),
      reply === undefined ? h("p", {}, text.nothingAnswered) : block(text.answer, replyText(reply)),
    ),
  );
}

/** The parts of the answer that are not readable as they are, decoded. */
function decoded(answer: unknown): HTMLElement[] {
  const { policy, authorization } = readAnswer(answer);
  if (policy !== "") return [block(text.policyDecoded, prettyJson(atob(policy)), true)];
  return authorization === "" ? [] : [block(text.authorizationApart, parts(authorization), true)];
}

function parts(authorization: string): string {
  return authorization
    .split("&")
    .map((part) => {
      const [name = "", value = ""] = part.split("=", 2);
      const times = /^(\d+);(\d+)$/.exec(value);
      const spoken = times === null ? "" : `   (${text.until(clock(times[1]), clock(times[2]))})`;
      return `${name.padEnd(18)}${value}${spoken}`;
    })
    .join("\n");
}

function clock(seconds: string | undefined): string {
  return new Date(Number(seconds) * 1000).toLocaleTimeString();
}

function sentText({ sent }: Exchange, { fields, file, filename, method, url }: CosRequest): string {
  const head = [
    `${sent?.method ?? method} ${sent?.url ?? url}`,
    ...Object.entries(sent?.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  const size = `${file.size} bytes`;
  const body =
    fields === undefined
      ? [`(${filename}, ${size})`]
      : [
          ...Object.entries(fields).map(([name, value]) => `${name} = ${value}`),
          `file = (${filename}, ${size})`,
        ];
  return [...head, "", ...body].join("\n");
}

function replyText({ status, headers, body }: CosReply): string {
  const head = [`${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [
    ...head,
    ...(body === "" ? [] : ["", body.replace(/(<\/?Error>|<\/[A-Za-z]+>)(?=<)/g, "$1\n")]),
  ].join("\n");
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}

function prettyJson(raw: string): string {
  try {
    return json(JSON.parse(raw));
  } catch {
    return raw;
  }
}

/** A named text that can be folded away, and scrolled with the keyboard. */
function block(name: string, content: string, isOpen = false): HTMLElement {
  return h(
    "details",
    { class: "block", attributes: { open: isOpen } },
    h("summary", {}, name),
    h("pre", { attributes: { tabindex: 0, role: "region", "aria-label": name } }, content),
  );
}

/** An exchange in one short line: COS's status, and its code if it refused. */
export function outcomeOf({ reply, explanation }: Exchange): string {
  if (reply === undefined) return text.cut;
  return explanation === undefined
    ? String(reply.status)
    : `${reply.status} ${explanation.code || "refused"}`;
}
