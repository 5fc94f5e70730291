type Child = Node | string | undefined | false;

/** An element's properties other than its children. */
interface Properties {
  readonly class?: string;
  readonly id?: string;
  /** Attributes by name. True sets an empty attribute; false and undefined set none. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
}

/** Makes an element. Strings become text nodes, so nothing from outside is ever parsed as HTML. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.id !== undefined) element.id = properties.id;
  for (const [attribute, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined && value !== false)
      element.setAttribute(attribute, value === true ? "" : String(value));
  }
  for (const [type, listener] of Object.entries(properties.on ?? {}))
    element.addEventListener(type, listener);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** The element with this id in the served HTML. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}

/** Makes `elements` the children. Those that are already there are not moved, so that they keep the focus. */
export function showInOrder(parent: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(elements);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, index) => {
    const there = parent.children[index] ?? null;
    if (there !== element) parent.insertBefore(element, there);
  });
}

/** Tells people who cannot see the screen what has happened. */
export function announce(text: string): void {
  byId("live").textContent = text;
}

/** A button that does something. */
export function button(label: string, onClick: () => void, properties: Properties = {}): HTMLButtonElement {
  return h(
    "button",
    {
      ...properties,
      attributes: { type: "button", ...properties.attributes },
      on: { click: onClick, ...properties.on },
    },
    label,
  );
}
