import type { ListedObject, PageConfig } from "../config.ts";
import { ApiError, ask, deleteAllObjects, deleteObject, listObjects, type Session } from "./api.ts";
import { throughEmulator } from "./cos.ts";
import { announce, button, h, showInOrder } from "./dom.ts";
import { readAnswer } from "./function-answer.ts";
import { language, text } from "./language.ts";
import { agoOf, sizeOf } from "./units.ts";

const IMAGE = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/;
const AT_ONCE = 4;
const TIME_TOLD_EVERY_MS = 15_000;

/** The objects in the bucket. Pictures are loaded through signed URLs. */
export class StoredView {
  readonly element: HTMLElement;
  readonly #config: PageConfig;
  readonly #session: Session;
  readonly #list = h("ul", { class: "objects" });
  readonly #title = h("h2", { id: "stored-title", attributes: { tabindex: -1 } }, text.storedObjects);
  readonly #empty = h("p", { class: "empty" }, text.emptyBucket);
  readonly #deleteAll: HTMLButtonElement;
  /** By key and time. Pictures that are already shown are not loaded again. */
  readonly #items = new Map<string, HTMLElement>();
  /** How far the emulator's clock is ahead of this machine's, in milliseconds. */
  #ahead = 0;
  #asked = 0;
  /** The number of the question whose answer is shown. */
  #shown = 0;
  #readers: (() => Promise<void>)[] = [];
  #reading = 0;

  constructor(config: PageConfig, session: Session) {
    this.#config = config;
    this.#session = session;
    this.#deleteAll = button(text.deleteAll, () => void this.#askForAll());
    this.element = h(
      "section",
      { class: "panel", attributes: { "aria-labelledby": "stored-title" } },
      h(
        "div",
        { class: "bar" },
        this.#title,
        h(
          "div",
          {},
          button(text.refresh, () => void this.refresh()),
          this.#deleteAll,
        ),
      ),
      this.#empty,
      this.#list,
    );
    setInterval(() => this.#tellTime(), TIME_TOLD_EVERY_MS);
  }

  /** Lists the bucket again; with `again`, it also loads the pictures again. */
  async refresh(again = false): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const listed = await listObjects().catch(() => undefined);
    // The answer to a later question may have come first.
    if (listed === undefined || turn < this.#shown) return;
    this.#shown = turn;
    if (again) this.#items.clear();
    const { objects, total, now } = listed;
    this.#ahead = now - Date.now();
    this.#title.textContent = total === 0 ? text.storedObjects : text.storedCount(total);
    this.#empty.hidden = total > 0;
    this.#deleteAll.hidden = total === 0;
    const shown = objects.map((object) => {
      const name = `${object.lastModified} ${object.key}`;
      const item = this.#items.get(name) ?? this.#item(object);
      this.#items.set(name, item);
      return item;
    });
    this.#show(shown);
    this.#tellTime();
  }

  /** If the file with the focus is gone, the next one gets it: a list of buttons is worked through by keyboard. */
  #show(items: readonly HTMLElement[]): void {
    const before = [...this.#list.children];
    const at = before.findIndex((item) => item.contains(document.activeElement));
    showInOrder(this.#list, items);
    if (at < 0 || before[at]?.isConnected === true) return;
    const next = [...before.slice(at), ...before.slice(0, at).reverse()].find((item) => item.isConnected);
    (next?.querySelector("button") ?? this.#title).focus();
  }

  /** The time of the emulator's clock, which may differ from this machine's. */
  #now(): number {
    return Date.now() + this.#ahead;
  }

  #tellTime(): void {
    for (const time of this.#list.querySelectorAll("time")) {
      const words = agoOf(this.#now() - Date.parse(time.dateTime), language);
      if (time.textContent !== words) time.textContent = words;
    }
  }

  #item(object: ListedObject): HTMLElement {
    const { key, size, contentType, lastModified, isOwn } = object;
    const picture = h("div", { class: "picture" }, kindOf(object));
    const open = h(
      "a",
      { class: "open", attributes: { target: "_blank", rel: "noreferrer", hidden: true } },
      text.open,
    );
    const name = nameOf(object);
    const when = h(
      "time",
      {
        attributes: {
          datetime: new Date(lastModified).toISOString(),
          title: new Date(lastModified).toLocaleString(language),
        },
      },
      agoOf(this.#now() - lastModified, language),
    );
    const item = h(
      "li",
      { attributes: { "data-key": key } },
      picture,
      h("code", { class: "key", attributes: { title: key } }, name),
      h("span", { class: "small about" }, `${sizeOf(size)} · ${contentType} · `, when),
      h(
        "div",
        { class: "actions" },
        open,
        button(text.deleteOne, () => void this.#delete(key), {
          attributes: { "aria-label": text.deleteFile(name) },
        }),
      ),
    );
    const { functions, needsLogin } = this.#config;
    // Without a login, a page of pictures would fill the list of requests with refusals that nobody asked for.
    const mayAsk = !needsLogin || this.#session.token !== undefined;
    if (functions.includes("object-url") && !isOwn && mayAsk)
      this.#later(() => this.#read(object, picture, open));
    return item;
  }

  /** Gets a URL from the function, as an app that shows pictures does. */
  async #read(object: ListedObject, picture: HTMLElement, open: HTMLAnchorElement): Promise<void> {
    const { key, contentType } = object;
    try {
      const { json } = await ask(`/object-url?key=${encodeURIComponent(key)}`, this.#session);
      const address = throughEmulator(readAnswer(json).url);
      open.href = address;
      open.hidden = false;
      open.setAttribute("aria-label", text.openFile(nameOf(object)));
      if (!IMAGE.test(contentType)) return;
      const image = h("img", { attributes: { alt: "", src: address } });
      image.addEventListener("load", () => picture.replaceChildren(image));
    } catch (error) {
      if (error instanceof ApiError) picture.append(h("span", { class: "small" }, error.code));
    }
  }

  #later(read: () => Promise<void>): void {
    this.#readers.push(read);
    while (this.#reading < AT_ONCE && this.#readers.length > 0) void this.#readNext();
  }

  async #readNext(): Promise<void> {
    this.#reading += 1;
    for (let read = this.#readers.shift(); read !== undefined; read = this.#readers.shift()) await read();
    this.#reading -= 1;
  }

  async #delete(key: string): Promise<void> {
    await deleteObject(key);
    await this.refresh();
    announce(text.deleted(key));
  }

  async #askForAll(): Promise<void> {
    if (!(await confirmed(text.askDeleteAll, text.deleteAll))) return;
    await deleteAllObjects();
    await this.refresh();
    announce(text.allDeleted);
    this.#title.focus();
  }
}

/** The last part of the key; the whole key for the functions' own files, whose last parts are often the same. */
function nameOf({ key, isOwn }: ListedObject): string {
  return isOwn ? key : key.slice(key.lastIndexOf("/") + 1);
}

/** The kind of file, in a word short enough for a tile: its extension, or else the end of its type. */
function kindOf({ contentType, key }: ListedObject): HTMLElement {
  const ext = /\.([a-z0-9]+)$/i.exec(key)?.[1];
  return h("span", { class: "kind" }, ext ?? /[a-z0-9]+$/i.exec(contentType)?.[0] ?? "?");
}

function confirmed(question: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { attributes: { "aria-labelledby": "question" } },
      h("p", { id: "question" }, question),
      h(
        "div",
        { class: "actions" },
        button(text.keep, () => dialog.close("no"), { attributes: { autofocus: true } }),
        button(yes, () => dialog.close("yes"), { class: "danger" }),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
