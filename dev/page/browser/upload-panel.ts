import type { PageConfig } from "../config.ts";
import { button, h } from "./dom.ts";
import { chosen, samplePicture } from "./file.ts";
import { text } from "./language.ts";
import { MISTAKES, type Mistake } from "./mistakes.ts";
import type { Job, Method } from "./upload.ts";

/** Chooses files, and how they are uploaded. */
export function uploadPanel(config: PageConfig, onJob: (job: Job) => void): HTMLElement {
  const methods = METHODS.filter(({ needs }) => config.functions.includes(needs));
  if (methods.length === 0) {
    return h("section", { class: "panel" }, h("h2", {}, text.upload), h("p", {}, text.nothingToUploadWith));
  }
  const choice = new MethodChoice(methods);
  const type = checkbox("pin-type", text.type);
  const size = checkbox("pin-size", text.size);
  const jobOf = (): Pick<Job, "method" | "pin"> => ({
    method: choice.method,
    pin: { type: type.input.checked, size: size.input.checked },
  });
  const onFiles = (files: readonly File[]) => {
    for (const file of files) onJob({ file: chosen(file), mistake: undefined, ...jobOf() });
  };
  return h(
    "section",
    { class: "panel", attributes: { "aria-labelledby": "upload-title" } },
    h("h2", { id: "upload-title" }, text.upload),
    choice.element,
    dropZone(onFiles),
    h("fieldset", { class: "pins" }, h("legend", {}, text.enforce), type.element, size.element),
    mistakesView(config, choice, async (mistake) =>
      onJob({
        method: wholeMethod(choice),
        pin: { type: false, size: false },
        file: await samplePicture(),
        mistake,
      }),
    ),
  );
}

const METHODS: readonly { method: Method; needs: string; label: string; hint: string }[] = [
  { method: "PUT", needs: "put-sign", label: "PUT", hint: text.putHint },
  { method: "POST", needs: "post-policy", label: "POST", hint: text.postHint },
  { method: "parts", needs: "multipart", label: text.parts, hint: text.partsHint },
];

class MethodChoice {
  readonly element: HTMLElement;
  readonly #inputs: readonly HTMLInputElement[];
  readonly #listeners: (() => void)[] = [];

  constructor(methods: typeof METHODS) {
    const rows = methods.map(({ method, label, hint }, index) => {
      const input = h("input", {
        id: `method-${method}`,
        attributes: { type: "radio", name: "method", value: method, checked: index === 0 },
        on: { change: () => this.#changed() },
      });
      return { input, row: h("label", {}, input, h("b", {}, label), h("span", { class: "small" }, hint)) };
    });
    this.#inputs = rows.map(({ input }) => input);
    this.element = h(
      "fieldset",
      { class: "methods" },
      h("legend", {}, text.method),
      ...rows.map(({ row }) => row),
    );
  }

  get method(): Method {
    const chosen = this.#inputs.find(({ checked }) => checked)?.value;
    return METHODS.find(({ method }) => method === chosen)?.method ?? "PUT";
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The method for a mistake. Mistakes are not made in parts. */
function wholeMethod({ method }: MethodChoice): "PUT" | "POST" {
  return method === "POST" ? "POST" : "PUT";
}

function checkbox(id: string, label: string): { element: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { id, attributes: { type: "checkbox" } });
  return { input, element: h("label", {}, input, label) };
}

/** A file input that also accepts files dropped on it, or anywhere on the page. */
function dropZone(onFiles: (files: readonly File[]) => void): HTMLElement {
  const input = h("input", {
    id: "files",
    class: "unseen",
    attributes: { type: "file", multiple: true },
    on: {
      change: () => {
        onFiles([...(input.files ?? [])]);
        // Otherwise the same file could not be chosen again.
        input.value = "";
      },
    },
  });
  const zone = h(
    "label",
    { class: "drop", attributes: { for: "files" } },
    h("b", {}, text.chooseFiles),
    h("span", {}, text.orDrop),
  );
  let depth = 0;
  const mark = (change: number) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("over", depth > 0);
  };
  document.addEventListener("dragenter", () => mark(1));
  document.addEventListener("dragleave", () => mark(-1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(-depth);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
  return h("div", { class: "choose" }, input, zone);
}

function mistakesView(
  config: PageConfig,
  choice: MethodChoice,
  onMistake: (mistake: Mistake) => void,
): HTMLElement {
  const possible = MISTAKES.filter(
    ({ needsStrictTransport }) => !needsStrictTransport || config.strictTransport,
  );
  const buttons = possible.map((mistake) => ({
    mistake,
    element: button(text.mistakes[mistake.id], () => onMistake(mistake), {
      attributes: { "data-mistake": mistake.id },
    }),
  }));
  const update = () => {
    for (const { mistake, element } of buttons) {
      element.hidden = mistake.only !== undefined && mistake.only !== wholeMethod(choice);
    }
  };
  choice.onChange(update);
  update();
  return h(
    "details",
    // On a phone it would be between the chooser and the progress, so it starts closed there.
    { class: "mistakes", attributes: { open: matchMedia("(min-width: 900px)").matches } },
    h("summary", {}, h("h3", {}, text.seeRefusal)),
    h("p", { class: "small" }, text.refusalHint),
    h("div", { class: "buttons" }, ...buttons.map(({ element }) => element)),
  );
}
