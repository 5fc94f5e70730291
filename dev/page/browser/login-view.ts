import { ApiError, ask, type Session } from "./api.ts";
import { announce, button, h } from "./dom.ts";
import { readAnswer } from "./function-answer.ts";

/** Logs in through `/login`, as a Mini Program does, with a code of the emulated WeChat. */
export class LoginView {
  readonly element = h("section", { class: "panel login", attributes: { "aria-label": "Login" } });
  readonly #session: Session;
  readonly #onChange: () => void;

  constructor(session: Session, onChange: () => void) {
    this.#session = session;
    this.#onChange = onChange;
    this.askForLogin();
  }

  /** Shows the form again, as when a token has ended. */
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
      h("label", { attributes: { for: "user" } }, "Log in as"),
      name,
      h("button", { class: "primary", attributes: { type: "submit" } }, "Log in"),
      h(
        "span",
        { class: "small" },
        "UPLOAD_AUTH is jwt: the functions require a token from /login. Any name will do.",
      ),
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
    // A code is good once; whose it is, the emulated WeChat reads from it.
    const code = `user-${name}-${crypto.randomUUID()}`;
    const { json } = await ask(
      "/login",
      { token: undefined },
      { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code }) },
    );
    const { token, expiresAt } = readAnswer(json);
    this.#session.token = token;
    const until = new Date(expiresAt * 1000).toLocaleTimeString();
    const out = button("Log out", () => {
      this.askForLogin();
      this.#onChange();
      this.element.querySelector("input")?.focus();
    });
    this.element.replaceChildren(h("p", {}, "Logged in as ", h("b", {}, name), ` until ${until} `), out);
    announce(`Logged in as ${name}.`);
    out.focus();
    this.#onChange();
  }
}
