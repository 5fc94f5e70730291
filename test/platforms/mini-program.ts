import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createContext, Script } from "node:vm";
import { looseObject, optional, parse, record, string, unknown } from "valibot";

type Fields = Record<string, unknown>;

const Fields = record(string(), unknown());

/** What the scripts pass to `Page` or `Component`. */
const Registered = looseObject({
  data: optional(Fields, {}),
  methods: optional(Fields, {}),
  lifetimes: optional(Fields, {}),
});

/** A page on the screen. */
export interface Page {
  /** The data that its WXML draws. */
  readonly data: Readonly<Fields>;
  /**
   * Calls the method that `bindtap` names in the WXML.
   *
   * @param id the tapped element's id
   */
  tap(method: string, id?: string): void;
}

/**
 * Runs compiled scripts with a Mini Program's globals and no others: there is no `fetch`, `Blob`, `URL` or `process`.
 *
 * @param folder the output of the platform's compiler; every script in it must parse
 * @param wx the phone's
 * @returns the page, once WeChat's calls that lead to it have been made
 * @throws whatever the scripts throw
 */
export function openPage(folder: string, wx: object, route: string): Page {
  const scripts = parsed(folder);
  const modules = new Map<string, { exports: unknown }>();
  const pages: object[] = [];
  let app: Fields = {};
  let registered: Fields = {};
  const register = (options: Fields) => {
    registered = options;
  };
  const context = createContext({
    wx,
    global: {},
    console,
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    App: (options: Fields) => {
      app = options;
    },
    Page: register,
    Component: register,
    Behavior: (options: Fields) => options,
    getApp: () => app,
    getCurrentPages: () => pages,
  });

  function load(file: string): unknown {
    const known = modules.get(file);
    if (known) return known.exports;
    const script = scripts.get(file);
    if (!script) throw new Error(`No script was compiled to ${file}.`);
    const module = { exports: {} };
    modules.set(file, module);
    const require = (path: string) => load(resolve(dirname(file), path));
    script.runInContext(context)(module, module.exports, require);
    return module.exports;
  }

  const launch = { path: route, query: {}, scene: 1001, referrerInfo: {} };
  load(join(folder, "app.js"));
  call(app, "onLaunch", launch);
  call(app, "onShow", launch);
  load(join(folder, `${route}.js`));

  const { data, methods, lifetimes, ...more } = parse(Registered, registered);
  const drawn = structuredClone(data);
  const page = {
    ...more,
    ...lifetimes,
    ...methods,
    data: drawn,
    properties: {},
    is: route,
    route,
    setData(update: Readonly<Fields>, done?: () => void) {
      for (const [path, value] of Object.entries(update)) put(drawn, path, value);
      done?.();
    },
    selectComponent: () => null,
    selectAllComponents: () => [],
    triggerEvent() {},
  };
  pages.push(page);
  for (const step of ["created", "attached", "onLoad", "onShow", "ready", "onReady"]) call(page, step, {});
  return {
    data: drawn,
    tap(method, id = "") {
      const target = { id, dataset: {}, offsetLeft: 0, offsetTop: 0 };
      call(page, method, { type: "tap", timeStamp: Date.now(), target, currentTarget: target, detail: {} });
    },
  };
}

function parsed(folder: string): ReadonlyMap<string, Script> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names
      .filter((name) => name.endsWith(".js"))
      .map((name) => {
        const file = join(folder, name);
        const code = `(function (module, exports, require) {${readFileSync(file, "utf8")}\n})`;
        return [file, new Script(code, { filename: file })];
      }),
  );
}

function call(self: Readonly<Fields>, name: string, value: unknown): void {
  const method = self[name];
  if (typeof method === "function") method.apply(self, [value]);
}

/** Sets the value at a path of `setData`, such as `root.cn.[0].v`. */
function put(data: Fields, path: string, value: unknown): void {
  const names = path.split(/[.[\]]+/).filter(Boolean);
  const last = names.pop() ?? "";
  let place = data;
  for (const name of names) {
    const inner = place[name];
    const next = isFields(inner) ? inner : {};
    place[name] = next;
    place = next;
  }
  place[last] = value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
