import type { PageConfig } from "../config.ts";
import type { Session } from "./api.ts";
import { button, h } from "./dom.ts";
import { language, text } from "./language.ts";
import { Pace } from "./pace.ts";
import { sizeOf, spanOf } from "./units.ts";
import type { Job } from "./upload.ts";
import { UploadItem } from "./upload-item.ts";

/** How many uploads run at once: as many as WeChat allows a Mini Program. */
const AT_ONCE = 10;

interface Options {
  readonly config: PageConfig;
  readonly session: Session;
  /** A file has been stored, moved or removed. */
  readonly onBucketChange: () => void;
  /** A function requires a login. */
  readonly onLoginNeeded: () => void;
}

/** The list of uploads: first the running ones, then the waiting ones, then the others, the newest first. */
export class UploadsView {
  readonly element: HTMLElement;
  readonly #options: Options;
  readonly #empty = h("p", { class: "empty" }, text.noUploads);
  readonly #lists = {
    running: listOf(text.underWay),
    waiting: listOf(text.waiting, "uploads waits"),
    done: listOf(text.done),
  };
  readonly #totals = new Totals();
  /** In the order in which they will start. */
  #waiting: UploadItem[] = [];
  #running = new Set<UploadItem>();

  constructor(options: Options) {
    this.#options = options;
    const cancelAll = button(text.cancelAll, () => this.#cancelAll());
    this.#totals.actions.append(cancelAll);
    this.element = h(
      "section",
      { class: "panel", attributes: { "aria-labelledby": "uploads-title" } },
      h("h2", { id: "uploads-title", attributes: { tabindex: -1 } }, text.uploads),
      this.#totals.element,
      this.#empty,
      this.#lists.running,
      this.#lists.waiting,
      this.#lists.done,
    );
    // Leaving the page would end its uploads.
    window.addEventListener("beforeunload", (event) => {
      if (this.#running.size > 0) event.preventDefault();
    });
  }

  /** Starts an upload, or queues it behind the running ones. */
  add(job: Job): void {
    this.#empty.hidden = true;
    const item = new UploadItem(job, {
      config: this.#options.config,
      session: this.#options.session,
      onChange: (changed) => this.#changed(changed),
      onLeave: (left) => {
        this.#waiting = this.#waiting.filter((other) => other !== left);
      },
      onRetry: (again) => this.#queue(again),
      onLoginNeeded: this.#options.onLoginNeeded,
    });
    this.#queue(item);
    // On a phone the list is below the button that was pressed.
    this.#totals.element.scrollIntoView({ block: "nearest" });
  }

  #queue(item: UploadItem): void {
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#totals.begin();
    this.#totals.count(item);
    this.#waiting.push(item);
    item.wait();
    this.#startNext();
  }

  #startNext(): void {
    while (this.#running.size < AT_ONCE) {
      const item = this.#waiting.shift();
      if (item === undefined) return;
      this.#running.add(item);
      void item.run().finally(() => {
        this.#running.delete(item);
        this.#totals.show();
        this.#startNext();
      });
    }
  }

  #changed(item: UploadItem): void {
    const { element, state } = item;
    const isDone = state === "stored" || state === "failed";
    const list = this.#lists[isDone ? "done" : state];
    if (element.parentElement !== list) {
      if (isDone) list.prepend(element);
      else list.append(element);
      if (state === "stored") this.#options.onBucketChange();
    }
    this.#totals.show();
  }

  #cancelAll(): void {
    for (const item of [...this.#waiting, ...this.#running]) item.cancel();
    this.element.querySelector("h2")?.focus();
  }
}

/** The totals of all uploads since the last time that none was active. */
class Totals {
  readonly actions = h("div", { class: "actions" });
  readonly element: HTMLElement;
  readonly #bar = h("progress", { attributes: { max: 1, value: 0, "aria-label": text.totalProgress } });
  readonly #line = h("p", { class: "small" });
  readonly #items = new Set<UploadItem>();
  #pace = new Pace();
  #began = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element = h(
      "div",
      { class: "totals", attributes: { hidden: true } },
      h("div", { class: "progress" }, this.#bar, this.actions),
      this.#line,
    );
  }

  begin(): void {
    this.#items.clear();
    this.#pace = new Pace();
    this.#began = performance.now();
  }

  count(item: UploadItem): void {
    this.#items.add(item);
  }

  /** Updates the totals, but not faster than people can read, except when the last upload has ended. */
  show(): void {
    const now = performance.now();
    const items = [...this.#items];
    const active = items.filter(({ state }) => state === "waiting" || state === "running");
    if (active.length > 0 && now - this.#shownAt < SHOWN_EVERY_MS) {
      this.#later ??= setTimeout(() => this.show(), SHOWN_EVERY_MS);
      return;
    }
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#shownAt = now;
    const sent = sum(items.map(({ sentBytes }) => sentBytes));
    const total = sum(items.map(({ totalBytes }) => totalBytes));
    this.#pace.add(now, sent);
    this.element.hidden = items.length === 0;
    this.#bar.value = total === 0 ? 1 : sent / total;
    this.#bar.hidden = active.length === 0;
    this.actions.hidden = active.length === 0;
    this.#line.textContent = this.#words(items, active.length, sent, total, now).join(" · ");
  }

  #words(items: readonly UploadItem[], active: number, sent: number, total: number, now: number): string[] {
    const files = text.filesDone(items.length - active, items.length);
    const failed = items.filter(({ state }) => state === "failed").length;
    const lost = failed > 0 ? [text.notStored(failed)] : [];
    if (active === 0) {
      const seconds = Math.max(1, Math.round((now - this.#began) / 1000));
      return [files, text.allDone(sizeOf(sent), spanOf(seconds, language)), ...lost];
    }
    const speed = this.#pace.bytesPerSecond;
    const seconds = this.#pace.secondsFor(total - sent);
    return [
      files,
      text.bytesDone(sizeOf(sent), sizeOf(total)),
      ...(speed === undefined ? [] : [text.perSecond(sizeOf(speed))]),
      ...(seconds === undefined ? [] : [text.left(spanOf(seconds, language))]),
      ...lost,
    ];
  }
}

const SHOWN_EVERY_MS = 200;

function listOf(name: string, className = "uploads"): HTMLElement {
  return h("ol", { class: className, attributes: { "aria-label": name } });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
