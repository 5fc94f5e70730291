import { button } from "./dom.ts";
import { en, type Text } from "./text/en.ts";
import { zh } from "./text/zh.ts";
import type { Language } from "./units.ts";

const KEPT = "language";

/** The language that was last chosen here, or else the browser's. */
export const language: Language = chosenLanguage();

export const text: Text = language === "zh" ? zh : en;

// Screen readers need to know the language.
document.documentElement.lang = language === "zh" ? "zh-CN" : "en";

/** A button that reloads the page in the other language. */
export function languageSwitch(): HTMLElement {
  const other: Language = language === "zh" ? "en" : "zh";
  return button(
    text.language,
    () => {
      localStorage.setItem(KEPT, other);
      location.reload();
    },
    { id: "language", attributes: { lang: other === "zh" ? "zh-CN" : "en" } },
  );
}

function chosenLanguage(): Language {
  const chosen = localStorage.getItem(KEPT);
  if (chosen === "zh" || chosen === "en") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
