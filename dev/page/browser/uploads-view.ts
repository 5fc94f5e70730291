import { bytes } from "../../../packages/cos-explain/src/index.ts";
import type { PageConfig } from "../config.ts";
import { ApiError, type Session } from "./api.ts";
import { announce, button, h } from "./dom.ts";
import { exchangeView, outcomeOf } from "./exchange-view.ts";
import { explanationView } from "./explanation-view.ts";
import { ConnectionCut, type Exchange, type Job, upload } from "./upload.ts";

/** How many go over the wire at once: as many as a Mini Program may. */
const AT_ONCE = 10;

interface Options {
  readonly config: PageConfig;
  readonly session: Session;
  /** Something new is stored. */
  readonly onStored: () => void;
  /** A function wants a login. */
  readonly onLoginNeeded: () => void;
}

/** The list of uploads, newest first. */
export class UploadsView {
  readonly element: HTMLElement;
  readonly #list = h("ol", { class: "uploads" });
  readonly #empty = h("p", { class: "empty" }, "Nothing has been uploaded since this page was opened.");
  readonly #options: Options;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: Options) {
    this.#options = options;
    this.element = h(
      "section",
      { class: "panel", attributes: { "aria-labelledby": "uploads-title" } },
      h("h2", { id: "uploads-title" }, "Uploads"),
      this.#empty,
      this.#list,
    );
  }

  /** Starts an upload, or queues it behind those that are under way. */
  add(job: Job): void {
    this.#empty.hidden = true;
    const card = h("li", { class: "upload" });
    this.#list.prepend(card);
    this.#queue(job, card);
    // On a phone the list is below what was pressed.
    card.scrollIntoView({ block: "nearest" });
  }

  #queue(job: Job, card: HTMLElement): void {
    const run = () => {
      this.#running += 1;
      this.#run(job, card).finally(() => {
        this.#running -= 1;
        this.#waiting.shift()?.();
      });
    };
    if (this.#running < AT_ONCE) {
      run();
      return;
    }
    fill(card, ...head(job, badge("waiting", "waits")));
    this.#waiting.push(run);
  }

  async #run(job: Job, card: HTMLElement): Promise<void> {
    const abort = new AbortController();
    const bar = h("progress", {
      attributes: { max: 1, value: 0, "aria-label": `Progress of ${job.file.name}` },
    });
    const percent = h("span", { class: "percent" }, "0 %");
    const cancel = button("Cancel", () => abort.abort(), {
      attributes: { "aria-label": `Cancel ${job.file.name}` },
    });
    card.className = "upload";
    fill(
      card,
      ...head(job, badge("running", "uploads")),
      h("div", { class: "progress" }, bar, percent, cancel),
    );
    const onProgress = (part: number) => {
      bar.value = part;
      percent.textContent = `${Math.floor(part * 100)} %`;
    };
    try {
      const exchange = await upload(job, this.#options.config, this.#options.session, {
        onProgress,
        signal: abort.signal,
      });
      this.#finish(job, card, exchange);
    } catch (error) {
      this.#fail(job, card, error);
    }
  }

  #finish(job: Job, card: HTMLElement, exchange: Exchange): void {
    const { explanation } = exchange;
    const isStored = explanation === undefined;
    card.className = `upload ${isStored ? "stored" : "refused"}`;
    fill(
      card,
      ...head(job, badge(isStored ? "stored" : "refused", isStored ? "stored" : outcomeOf(exchange))),
      isStored ? h("p", { class: "key" }, h("code", {}, exchange.key)) : explanationView(explanation),
      this.#exchange(exchange, job),
    );
    if (isStored) this.#options.onStored();
    announce(
      isStored ? `${job.file.name} is stored.` : `${job.file.name} was refused: ${explanation.sentence}`,
    );
  }

  #fail(job: Job, card: HTMLElement, error: unknown): void {
    const isCancelled = error instanceof DOMException && error.name === "AbortError";
    if (error instanceof ApiError && error.status === 401) this.#options.onLoginNeeded();
    card.className = "upload refused";
    fill(
      card,
      ...head(job, badge("refused", isCancelled ? "cancelled" : codeOf(error))),
      h("p", { class: "sentence" }, isCancelled ? "You cancelled it." : messageOf(error)),
      ...(error instanceof ConnectionCut ? [this.#exchange(error.exchange, job)] : []),
      h(
        "div",
        { class: "progress" },
        button("Try again", () => this.#queue(job, card), {
          attributes: { "aria-label": `Try ${job.file.name} again` },
        }),
      ),
    );
    announce(isCancelled ? `${job.file.name} is cancelled.` : `${job.file.name} failed: ${messageOf(error)}`);
  }

  #exchange(exchange: Exchange, job: Job): HTMLElement {
    const details = h(
      "details",
      { class: "exchange" },
      h("summary", {}, "The exchange", h("span", { class: "unseen" }, ` of ${job.file.name}`)),
    );
    details.addEventListener("toggle", () => details.append(exchangeView(exchange)), { once: true });
    return details;
  }
}

/** Shows something else in a card. A focus that was on what is gone stays with the card. */
function fill(card: HTMLElement, ...children: readonly HTMLElement[]): void {
  const hadFocus = card.contains(document.activeElement);
  card.replaceChildren(...children);
  if (!hadFocus) return;
  card.tabIndex = -1;
  card.focus();
}

function head({ file, method, mistake }: Job, state: HTMLElement): HTMLElement[] {
  return [
    h(
      "div",
      { class: "head" },
      h("h3", {}, mistake === undefined ? file.name : mistake.label),
      h("span", { class: "small" }, mistake === undefined ? bytes(file.blob.size) : file.name),
      h("span", { class: "tag" }, method),
      state,
    ),
  ];
}

function badge(kind: string, text: string): HTMLElement {
  return h("span", { class: `badge ${kind}` }, text);
}

function codeOf(error: unknown): string {
  return error instanceof ApiError ? `${error.status || ""} ${error.code}`.trim() : "failed";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
