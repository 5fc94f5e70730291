import type { ClockAnswer } from "../config.ts";
import { ignoreUnreachable, readClock, setClock } from "./api.ts";
import { announce, button, h } from "./dom.ts";
import { language, text } from "./language.ts";
import { spanOf } from "./units.ts";

/** The emulated cloud's clock, which can be moved forward past an expiry. */
export class ClockView {
  readonly element: HTMLElement;
  readonly #time = h("output", { id: "clock" });
  readonly #distance = h("span", { class: "small" });
  readonly #onChange: () => void;
  #ahead = 0;
  #wasSet = false;

  /** @param onChange called when the time has been changed */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    const steps = Object.entries(text.forward).map(([milliseconds, label]) =>
      button(label, () => this.#set(this.#ahead + Number(milliseconds))),
    );
    this.element = h(
      "details",
      { class: "panel clock" },
      h("summary", {}, text.clock),
      h("p", { class: "now" }, this.#time, " ", this.#distance),
      h(
        "div",
        { class: "actions" },
        ...steps,
        button(text.resetClock, () => this.#set(0)),
      ),
      h("p", { class: "small" }, text.clockHint),
    );
    // Its answer may come after that to a change.
    void readClock().then((clock) => this.#wasSet || this.#show(clock), ignoreUnreachable);
    setInterval(() => this.#tell(), 1000);
  }

  #set(ahead: number): void {
    this.#wasSet = true;
    void setClock(Math.round(ahead)).then((clock) => {
      this.#show(clock);
      announce(text.clockSet(this.#time.textContent ?? ""));
      this.#onChange();
    }, ignoreUnreachable);
  }

  #show({ ahead }: ClockAnswer): void {
    // A difference this small is only the time that the request took.
    this.#ahead = Math.abs(ahead) < 1000 ? 0 : ahead;
    this.#tell();
    this.#distance.textContent =
      this.#ahead === 0 ? text.clockRight : text.clockAhead(spanOf(this.#ahead / 1000, language));
  }

  #tell(): void {
    this.#time.textContent = new Date(Date.now() + this.#ahead).toLocaleString(language);
  }
}
