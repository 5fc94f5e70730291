import { isOwnPlace } from "../../../shared/object/places.ts";
import { requestsAfter, type SeenRequest } from "./api.ts";
import { announce, button, h, showInOrder } from "./dom.ts";
import { language, text } from "./language.ts";
import { asCurl, asTest } from "./request-copy.ts";

const ASKED_EVERY_MS = 1000;
/** How many requests are kept, which is as many as the emulator keeps, and how many of those that match are shown. */
const KEPT = 1000;
const SHOWN = 200;

/** A live list of the requests to the functions, STS, COS and all other services, the newest first. */
export class RequestsView {
  readonly element: HTMLElement;
  readonly #onWrite: () => void;
  readonly #title = h("h2", { id: "requests-title" }, text.requests);
  readonly #empty = h("p", { class: "empty" }, text.noRequests);
  readonly #list = h("ol", { class: "requests" });
  readonly #scroll: HTMLElement;
  readonly #filters = new Filters(() => this.#show());
  #requests: SeenRequest[] = [];
  /** By id. */
  readonly #rows = new Map<number, HTMLElement>();
  #lastId = 0;

  /** @param onWrite called when a request has changed what COS stores, whoever sent it */
  constructor(onWrite: () => void) {
    this.#onWrite = onWrite;
    this.#scroll = h(
      "div",
      {
        class: "requests-scroll",
        attributes: { tabindex: 0, role: "region", "aria-label": text.newestFirst, hidden: true },
      },
      this.#list,
    );
    const clear = button(text.clear, () => {
      this.#requests = [];
      this.#rows.clear();
      this.#show();
    });
    this.element = h(
      "section",
      { class: "panel", attributes: { "aria-labelledby": "requests-title" } },
      h("div", { class: "bar" }, this.#title, h("div", {}, clear)),
      this.#filters.element,
      this.#empty,
      this.#scroll,
    );
    void this.#follow();
  }

  /** Asks repeatedly, but not while the page is hidden. If the emulator is gone, it may come back. */
  async #follow(): Promise<void> {
    if (!document.hidden) await this.#ask().catch(() => undefined);
    setTimeout(() => void this.#follow(), ASKED_EVERY_MS);
  }

  /** Forgets what is listed, and asks for everything that the emulator has kept. */
  restart(): void {
    this.#lastId = 0;
    this.#requests = [];
    this.#rows.clear();
  }

  async #ask(): Promise<void> {
    const fresh = await requestsAfter(this.#lastId);
    if (fresh.length === 0) return;
    this.#lastId = fresh.at(-1)?.id ?? this.#lastId;
    this.#requests = [...this.#requests, ...fresh].slice(-KEPT);
    for (const id of this.#rows.keys()) if (id < (this.#requests[0]?.id ?? 0)) this.#rows.delete(id);
    this.#filters.offer(this.#requests.map(({ service }) => service));
    this.#show();
    if (fresh.some(isWrite)) this.#onWrite();
  }

  #show(): void {
    const matching = this.#requests.filter((request) => this.#filters.lets(request)).reverse();
    this.#title.textContent = matching.length === 0 ? text.requests : text.requestsCount(matching.length);
    this.#empty.hidden = matching.length > 0;
    this.#empty.textContent = this.#requests.length === 0 ? text.noRequests : text.noMatch;
    this.#scroll.hidden = matching.length === 0;
    const rows = matching.slice(0, SHOWN).map((request) => {
      const row = this.#rows.get(request.id) ?? rowOf(request);
      this.#rows.set(request.id, row);
      return row;
    });
    showInOrder(this.#list, rows);
  }
}

/** Selects which requests are shown. */
class Filters {
  readonly element: HTMLElement;
  readonly #service = h("select", { id: "requests-service" }, new Option(text.all, ""));
  readonly #refused = h("input", { id: "requests-refused", attributes: { type: "checkbox" } });
  readonly #words = h("input", {
    id: "requests-words",
    attributes: { type: "text", autocomplete: "off", spellcheck: "false" },
  });

  constructor(onChange: () => void) {
    for (const field of [this.#service, this.#refused, this.#words])
      field.addEventListener("input", onChange);
    const labelled = (words: string, field: HTMLElement) =>
      h("label", { attributes: { for: field.id } }, words, field);
    this.element = h(
      "div",
      { class: "filters" },
      labelled(text.from, this.#service),
      labelled(text.filter, this.#words),
      h("label", { class: "check", attributes: { for: this.#refused.id } }, this.#refused, text.onlyRefused),
    );
  }

  /** Adds services to choose from. */
  offer(services: readonly string[]): void {
    for (const service of new Set(services)) {
      if ([...this.#service.options].some(({ value }) => value === service)) continue;
      this.#service.append(new Option(nameOf(service), service));
    }
  }

  lets(request: SeenRequest): boolean {
    const { service, status, path, code = "", action = "", query = "" } = request;
    const wanted = this.#service.value;
    const words = this.#words.value.trim().toLowerCase();
    return (
      (wanted === "" || wanted === service) &&
      (!this.#refused.checked || isRefused(request)) &&
      `${path}?${query} ${action} ${status} ${code}`.toLowerCase().includes(words)
    );
  }
}

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(text.services));

function nameOf(service: string): string {
  return NAMES.get(service) ?? service;
}

/** Whether a request has changed what is in the bucket. */
function isWrite({ service, method, status }: SeenRequest): boolean {
  return service === "COS" && method !== "GET" && method !== "HEAD" && status >= 200 && status < 300;
}

/** Whether to show a request as refused. A function that looks for a record that does not exist yet is not refused. */
function isRefused({ service, status, path, code }: SeenRequest): boolean {
  if (service === "COS" && status === 404 && isOwnPlace(path.slice(1))) return false;
  return code !== undefined || status === 0 || status >= 400;
}

function rowOf(request: SeenRequest): HTMLElement {
  const { service, time, method, path, query, action, status, code, durationMs } = request;
  const refused = isRefused(request);
  const what = `${method} ${path}`;
  const why = request.explanation ?? request.reason;
  const when = new Date(time);
  const curl = asCurl(request, location.origin);
  return h(
    "li",
    { class: refused ? "seen refused" : "seen", attributes: { "data-service": service } },
    h(
      "time",
      { class: "small", attributes: { datetime: when.toISOString() } },
      when.toLocaleTimeString(language),
    ),
    h("span", { class: "tag" }, nameOf(service)),
    h(
      "code",
      { class: "what", attributes: { title: path } },
      `${method} ${path}${query === undefined ? "" : `?${query}`}`,
      action !== undefined && action !== "" && h("span", { class: "action" }, ` ${action}`),
    ),
    h(
      "span",
      { class: `badge ${refused ? "refused" : "stored"}` },
      [status === 0 ? text.cutStatus : String(status), code ?? ""].join(" ").trim(),
    ),
    h("span", { class: "small took" }, text.milliseconds(durationMs)),
    h(
      "span",
      { class: "copies" },
      curl !== undefined && copyButton(text.copyCurl, text.copyCurlOf(what), curl),
      copyButton(text.copyTest, text.copyTestOf(what), asTest(request)),
    ),
    refused && why !== undefined && h("p", { class: "reason", attributes: { lang: "en" } }, why),
  );
}

function copyButton(label: string, name: string, content: string): HTMLElement {
  return button(label, () => void copy(content), { class: "copy", attributes: { "aria-label": name } });
}

/** Copies a text. Without a secure context, as at a network address, there is no clipboard, so the text is shown instead. */
async function copy(content: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(content);
    announce(text.copied);
  } catch {
    showToCopy(content);
  }
}

function showToCopy(content: string): void {
  const area = h("textarea", {
    attributes: { readonly: true, rows: 8, autofocus: true, "aria-labelledby": "copy-title" },
  });
  area.value = content;
  const dialog = h(
    "dialog",
    { class: "copying", attributes: { "aria-labelledby": "copy-title" } },
    h("h2", { id: "copy-title" }, text.copyThis),
    area,
    h(
      "div",
      { class: "actions" },
      button(text.close, () => dialog.close()),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  area.select();
}
