import type { Explanation } from "../../../packages/cos-explain/src/index.ts";
import { createPauser } from "../../../packages/uploader/src/parts.ts";
import { isUploadError } from "../../../packages/uploader/src/web.ts";
import type { PageConfig } from "../config.ts";
import { ApiError, type Session, uploadState } from "./api.ts";
import { announce, button, h } from "./dom.ts";
import { exchangeView, outcomeOf } from "./exchange-view.ts";
import { explanationView } from "./explanation-view.ts";
import { text } from "./language.ts";
import { canRetry } from "./retry.ts";
import { sizeOf } from "./units.ts";
import { ConnectionCut, type Exchange, type Job, upload } from "./upload.ts";
import { uploadInParts } from "./upload-parts.ts";

export type State = "waiting" | "running" | "stored" | "failed";

/** How often the page asks for the state of a stored file, in milliseconds, and how many times. */
const LOOK_EVERY_MS = 500;
const MAX_LOOKS = 240;

/** An upload's settings, and the callbacks of the list that contains it. */
export interface ItemOptions {
  readonly config: PageConfig;
  readonly session: Session;
  /** The upload's state or progress has changed. */
  readonly onChange: (item: UploadItem) => void;
  /** The upload was cancelled while it was waiting. */
  readonly onLeave: (item: UploadItem) => void;
  readonly onRetry: (item: UploadItem) => void;
  /** A function requires a login. */
  readonly onLoginNeeded: () => void;
}

/** One upload and its card. */
export class UploadItem {
  readonly element = h("li", { class: "upload" });
  readonly job: Job;
  readonly #options: ItemOptions;
  #state: State = "waiting";
  #fraction = 0;
  #abort = new AbortController();

  constructor(job: Job, options: ItemOptions) {
    this.job = job;
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** How many bytes of the file have been sent. */
  get sentBytes(): number {
    return this.job.file.blob.size * this.#fraction;
  }

  /** How many bytes there are to send in all. A failed upload will not send any more. */
  get totalBytes(): number {
    return this.#state === "failed" ? this.sentBytes : this.job.file.blob.size;
  }

  /** Shows the upload as waiting for others. */
  wait(): void {
    this.#abort = new AbortController();
    this.#fraction = 0;
    this.#show("waiting", "upload waiting", [
      ...this.#head(badge("waiting", text.waits), this.#cancelButton()),
    ]);
  }

  /** Ends the upload, whether it is waiting or running. */
  cancel(): void {
    if (this.#state === "waiting") {
      this.#options.onLeave(this);
      this.#fail(cancellation());
    } else this.#abort.abort();
  }

  /** Uploads the file; never rejects. */
  async run(): Promise<void> {
    const { job } = this;
    const bar = h("progress", {
      attributes: { max: 1, value: 0, "aria-label": text.progressOf(job.file.name) },
    });
    const percent = h("span", { class: "percent" }, "0 %");
    this.#show("running", "upload running", [
      ...this.#head(badge("running", text.uploading), this.#cancelButton()),
      h("div", { class: "progress" }, bar, percent),
    ]);
    try {
      if (job.file.ext === undefined) throw new NoExtension(text.noExtensionWhy(job.file.name));
      if (job.method === "parts") return await this.#runInParts(bar, percent);
      const { config, session } = this.#options;
      const exchange = await upload(job, config, session, {
        onProgress: (fraction) => this.#progress(fraction, bar, percent),
        signal: this.#abort.signal,
      });
      if (exchange.explanation === undefined) this.#store(exchange.key, this.#exchange(exchange));
      else this.#refuse(exchange, exchange.explanation);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #runInParts(bar: HTMLProgressElement, percent: HTMLElement): Promise<void> {
    const { name } = this.job.file;
    const pauser = createPauser();
    const count = h("span", { class: "small parts" });
    const state = badge("running", text.uploading);
    const toggle = button(
      text.pause,
      () => {
        if (pauser.signal.paused) pauser.resume();
        else pauser.pause();
        const { paused } = pauser.signal;
        state.textContent = paused ? text.paused : text.uploading;
        toggle.textContent = paused ? text.resume : text.pause;
        toggle.setAttribute("aria-label", paused ? text.resumeFile(name) : text.pauseFile(name));
      },
      { attributes: { "aria-label": text.pauseFile(name) } },
    );
    this.#show("running", "upload running", [
      ...this.#head(state, toggle, this.#cancelButton()),
      h("div", { class: "progress" }, bar, percent, count),
    ]);
    const key = await uploadInParts(this.job.file, this.#options.session, {
      signal: this.#abort.signal,
      pause: pauser.signal,
      onProgress: ({ fraction, done, all }) => {
        this.#progress(fraction, bar, percent);
        if (all > 0) count.textContent = text.partsDone(done, all);
      },
    });
    this.#store(key, h("p", { class: "small" }, count.textContent ?? ""));
  }

  #progress(fraction: number, bar: HTMLProgressElement, percent: HTMLElement): void {
    this.#fraction = fraction;
    bar.value = fraction;
    percent.textContent = `${Math.floor(fraction * 100)} %`;
    this.#options.onChange(this);
  }

  #store(key: string, more: HTMLElement): void {
    this.#fraction = 1;
    const state = badge("stored", text.stored);
    const rest = [h("p", { class: "key" }, h("code", {}, key)), more];
    this.#show("stored", "upload stored", [...this.#head(state), ...rest]);
    announce(text.fileStored(this.job.file.name));
    void this.#follow(key, state, rest);
  }

  /** Shows whether the service accepts the stored file. */
  async #follow(key: string, badgeOfState: HTMLElement, rest: readonly HTMLElement[]): Promise<void> {
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
      const upload = await uploadState(key).catch(() => undefined);
      if (upload === undefined) return;
      const { state, reason = "" } = upload;
      if (state === "rejected") this.#reject(reason, rest);
      else badgeOfState.textContent = text[state];
      if (state === "accepted" || state === "rejected") return;
    }
  }

  #reject(reason: string, rest: readonly HTMLElement[]): void {
    const reasons: Readonly<Record<string, string>> = text.rejectedWhy;
    const why = reasons[reason] ?? text.rejectedFor(reason);
    const sentence = h("p", { class: "sentence" }, why);
    this.#show("failed", "upload refused", [
      ...this.#head(badge("refused", text.rejected)),
      sentence,
      ...rest,
    ]);
    announce(text.fileRejected(this.job.file.name, why));
  }

  #refuse(exchange: Exchange, explanation: Explanation): void {
    const isWorthIt =
      this.job.mistake === undefined && canRetry(exchange.reply?.status ?? 0, explanation.cause);
    this.#show("failed", "upload refused", [
      ...this.#head(badge("refused", outcomeOf(exchange))),
      explanationView(explanation),
      this.#exchange(exchange),
      ...(isWorthIt ? [this.#retryButton()] : []),
    ]);
    announce(text.fileRefused(this.job.file.name, explanation.sentence));
  }

  #fail(error: unknown): void {
    const { name } = this.job.file;
    const isCancelled =
      this.#abort.signal.aborted || (error instanceof DOMException && error.name === "AbortError");
    const status = error instanceof ApiError || isUploadError(error) ? error.status : 0;
    if (status === 401) this.#options.onLoginNeeded();
    const isWorthIt = isUploadError(error) && status !== 401 ? error.retryable : canRetry(status);
    this.#show("failed", isCancelled ? "upload cancelled" : "upload refused", [
      ...this.#head(
        badge(isCancelled ? "cancelled" : "refused", isCancelled ? text.cancelled : codeOf(error)),
      ),
      h("p", { class: "sentence" }, isCancelled ? text.youCancelled : messageOf(error)),
      ...(error instanceof ConnectionCut ? [this.#exchange(error.exchange)] : []),
      ...((isCancelled || isWorthIt) && !(error instanceof NoExtension) ? [this.#retryButton()] : []),
    ]);
    announce(isCancelled ? text.fileCancelled(name) : text.fileFailed(name, messageOf(error)));
  }

  /** If the focus was inside the card, the card itself gets it, also when the card moves. */
  #show(state: State, className: string, children: readonly HTMLElement[]): void {
    const { element } = this;
    const hadFocus = element.contains(document.activeElement);
    this.#state = state;
    element.className = className;
    element.replaceChildren(...children);
    this.#options.onChange(this);
    if (!hadFocus) return;
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  #head(...states: readonly HTMLElement[]): HTMLElement[] {
    const { file, method, mistake } = this.job;
    return [
      h(
        "div",
        { class: "head" },
        h("h3", {}, mistake === undefined ? file.name : text.mistakes[mistake.id]),
        h("span", { class: "small" }, mistake === undefined ? sizeOf(file.blob.size) : file.name),
        h("span", { class: "tag" }, method === "parts" ? text.parts : method),
        ...states,
      ),
    ];
  }

  #cancelButton(): HTMLElement {
    return button(text.cancel, () => this.cancel(), {
      attributes: { "aria-label": text.cancelFile(this.job.file.name) },
    });
  }

  #retryButton(): HTMLElement {
    return h(
      "div",
      { class: "actions" },
      button(text.tryAgain, () => this.#options.onRetry(this), {
        attributes: { "aria-label": text.tryFileAgain(this.job.file.name) },
      }),
    );
  }

  #exchange(exchange: Exchange): HTMLElement {
    const details = h(
      "details",
      { class: "exchange" },
      h("summary", {}, text.exchange, h("span", { class: "unseen" }, text.exchangeOf(this.job.file.name))),
    );
    details.addEventListener("toggle", () => details.append(exchangeView(exchange)), { once: true });
    return details;
  }
}

/** The file has no extension and its type tells none, so no function was called. */
class NoExtension extends Error {
  override readonly name = "NoExtension";
}

function cancellation(): DOMException {
  return new DOMException("Cancelled", "AbortError");
}

function badge(kind: string, words: string): HTMLElement {
  return h("span", { class: `badge ${kind}` }, words);
}

function codeOf(error: unknown): string {
  if (error instanceof NoExtension) return text.noExtension;
  if (isUploadError(error)) return `${error.status || ""} ${error.code}`.trim();
  return error instanceof ApiError ? error.label : text.failed;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
