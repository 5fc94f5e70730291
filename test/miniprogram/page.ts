import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";

const ENTRY = fileURLToPath(new URL("../../miniprogram/pages/index/index.ts", import.meta.url));

/** One file as the page's view gets it. */
export interface ShownItem {
  readonly id: number;
  readonly thumb: string;
  readonly title: string;
  readonly state: string;
  readonly percent: number;
  readonly note: string;
  readonly key: string;
  readonly url: string;
}

export interface ShownData {
  readonly text: Readonly<Record<string, string>>;
  readonly items: readonly ShownItem[];
  readonly notice: string;
  readonly isLoggedIn: boolean;
  readonly hasFinished: boolean;
}

/** The sample's page without its view. */
export interface RunningPage {
  readonly data: ShownData;
  readonly handlers: readonly string[];
  /** Taps on what is bound to a handler, with the `data-id` of an item. */
  tap(handler: string, id?: number): void;
  /** Resolves once the page's data is as told. */
  until(holds: (data: ShownData) => boolean): Promise<ShownData>;
}

/** Bundles the sample as it is but for its endpoint, and starts its page. */
export async function openPage(endpoint: string, wx: object): Promise<RunningPage> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2015",
    plugins: [
      {
        name: "endpoint",
        setup(bundle) {
          bundle.onLoad({ filter: /miniprogram[\\/]config\.ts$/ }, () => ({
            contents: `export const ENDPOINT = ${JSON.stringify(endpoint)};`,
          }));
        },
      },
    ],
  });
  let data: Record<string, unknown> = {};
  const methods = new Map<string, CallableFunction>();
  const watchers = new Set<() => void>();
  const shown = (): ShownData => JSON.parse(JSON.stringify(data));
  const page = {
    get data() {
      return data;
    },
    setData(changes: Record<string, unknown>) {
      for (const [path, value] of Object.entries(changes)) set(data, path, value);
      for (const watcher of watchers) watcher();
    },
  };
  const Page = ({ data: initial, ...rest }: { data: Record<string, unknown> }) => {
    data = { ...initial };
    for (const [name, value] of Object.entries<unknown>(rest)) {
      if (typeof value === "function") methods.set(name, value);
    }
    Object.assign(page, rest);
  };
  const call = (name: string, event?: object) => {
    const method = methods.get(name);
    if (method === undefined) throw new Error(`The page has no ${name}.`);
    Reflect.apply(method, page, [event]);
  };
  const context = createContext({ wx, Page, setTimeout, clearTimeout });
  runInContext(outputFiles[0]?.text ?? "", context);
  call("onLoad");
  return {
    get data() {
      return shown();
    },
    handlers: [...methods.keys()],
    tap(handler, id) {
      call(handler, { currentTarget: { dataset: { id } } });
    },
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds(shown())) return;
          watchers.delete(look);
          resolve(shown());
        };
        watchers.add(look);
        look();
      }),
  };
}

/** `items[0]` or a plain name, which is all that the page uses. */
function set(data: Record<string, unknown>, path: string, value: unknown): void {
  const [, name = "", index] = /^(\w+)(?:\[(\d+)\])?$/.exec(path) ?? [];
  const list = data[name];
  if (index !== undefined && Array.isArray(list)) list[Number(index)] = value;
  else if (name !== "" && index === undefined) data[name] = value;
  else throw new Error(`setData with the path ${path}`);
}
