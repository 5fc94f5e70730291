import * as glassEasel from "glass-easel";
import { MiniProgramEnv, types } from "glass-easel-miniprogram-adapter";
import { installWx } from "./wx.ts";

/** Runs a Mini Program's page in a browser, with WeChat's own component framework. */

const environment = new MiniProgramEnv();
const space = environment.createCodeSpace("main", true);
const backend = new glassEasel.CurrentWindowBackendContext();
backend.onEvent((target, type, detail, options) => {
  const event = new glassEasel.Event(type, detail, options);
  glassEasel.Event.dispatchEvent(target, event);
  return event.defaultPrevented()
    ? glassEasel.EventBubbleStatus.NoDefault
    : glassEasel.EventBubbleStatus.Normal;
});
const associated = environment.associateBackend(backend);
installWx();

type Template = Parameters<typeof space.addCompiledTemplate>[1];

/** Registers a page or a component, whose script calls `Page` or `Component`. */
export function define(
  path: string,
  templates: Readonly<Record<string, Template["content"]>>,
  json: { readonly usingComponents?: Readonly<Record<string, string>> },
  run: () => void,
): void {
  const content = templates[path];
  if (content === undefined) throw new Error(`There is no template of ${path}.`);
  const used = Object.entries(json.usingComponents ?? {}).map(([name, place]) => [name, `/${place}`]);
  space.addComponentStaticConfig(path, {
    usingComponents: Object.fromEntries(used),
    // Class names are unique in our components, so no style sheet needs rewriting.
    styleIsolation: types.StyleIsolation.Shared,
  });
  // Without this, the `bindtap` of an element that is not a component would be an attribute.
  space.addCompiledTemplate(path, { content, groupList: templates, fallbackListenerOnNativeNode: true });
  space.globalComponentEnv(globalThis, path, run);
}

/** Shows a page. */
export function start(path: string): void {
  const body = backend.getRootNode();
  const page = backend.document.createElement("page");
  const placeholder = backend.document.createElement("div");
  page.appendChild(placeholder);
  body.appendChild(page);
  showImages();
  // A long press, made with a mouse.
  document.body.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    if (event.target instanceof Element) tell(event.target, "longpress", { bubbles: true });
  });
  const root = associated.createRoot("root", space, path);
  root.attach(page, placeholder);
  // A page's lifetimes, which only WeChat itself calls.
  const onLoad: unknown = Reflect.get(root.get(), "onLoad");
  if (typeof onLoad === "function") onLoad.call(root.get(), {});
}

/** WeChat's `image` loads its `src`; a browser has no such element. */
function showImages(): void {
  const show = (element: Element) => {
    const src = element.getAttribute("src") ?? "";
    const picture = element.querySelector("img") ?? element.appendChild(document.createElement("img"));
    if (picture.getAttribute("src") === src) return;
    picture.alt = "";
    picture.onerror = () => tell(element, "error");
    picture.src = src;
  };
  new MutationObserver(() => document.querySelectorAll("image").forEach(show)).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["src"],
  });
}

function tell(
  element: Element,
  type: string,
  options: { readonly bubbles: boolean } = { bubbles: false },
): void {
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const owner: unknown = Reflect.get(at, "__wxElement");
    if (owner instanceof glassEasel.Element) {
      glassEasel.Event.dispatchEvent(owner, new glassEasel.Event(type, {}, options));
      return;
    }
  }
}
