import { ApiError, ask, type Session } from "./api.ts";
import { announce, button, h } from "./dom.ts";
import { readAnswer } from "./function-answer.ts";
import { text } from "./language.ts";

/** Logs in through `/login`, as a Mini Program does, with a code of the emulated WeChat. */
export class LoginView {
  readonly element = h("section", { class: "panel login", attributes: { "aria-label": text.login } });
  readonly #session: Session;
  readonly #onChange: () => void;

  constructor(session: Session, onChange: () => void) {
    this.#session = session;
    this.#onChange = onChange;
    this.askForLogin();
  }

  /** Shows the form again, for example when the token has expired. */
  askForLogin(): void {
    this.#session.token = undefined;
    const name = h("input", {
      id: "user",
      attributes: {
        type: "text",
        value: "ann",
        pattern: "[A-Za-z0-9]+",
        required: true,
        autocomplete: "off",
        size: 12,
      },
    });
    const failure = h("p", { class: "failure", attributes: { role: "alert" } });
    const form = h(
      "form",
      {},
      h("label", { attributes: { for: "user" } }, text.loginAs),
      name,
      h("button", { class: "primary", attributes: { type: "submit" } }, text.logIn),
      h("span", { class: "small" }, text.loginHint),
      failure,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      failure.textContent = "";
      this.#login(name.value).catch((error: unknown) => {
        failure.textContent = error instanceof ApiError ? `${error.code}: ${error.message}` : String(error);
      });
    });
    this.element.replaceChildren(form);
  }

  async #login(name: string): Promise<void> {
    // A code works once. The emulated WeChat reads the user's name from it.
    const code = `user-${name}-${crypto.randomUUID()}`;
    const { json } = await ask(
      "/login",
      { token: undefined },
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) },
    );
    const { token, expiresAt } = readAnswer(json);
    this.#session.token = token;
    const until = new Date(expiresAt * 1000).toLocaleTimeString();
    const out = button(text.logOut, () => {
      this.askForLogin();
      this.#onChange();
      this.element.querySelector("input")?.focus();
    });
    this.element.replaceChildren(h("p", {}, text.loggedIn, h("b", {}, name), text.loggedInUntil(until)), out);
    announce(text.loggedInAs(name));
    out.focus();
    this.#onChange();
  }
}
