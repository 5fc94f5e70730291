import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fallback, object, parse, record, string, unknown } from "valibot";
import { parse as parseYaml } from "yaml";

/** The path to a prop, such as `customDomain`, `domain`. */
export type PropPath = readonly PropertyKey[];

/** What messages call the props, by the file that they come from. */
export interface Template {
  /** The beginning of a sentence about a prop: its variable, or its place in the file. */
  subject(path: PropPath): string;
  /** What to set to change a prop: its variable, or its place in the file. */
  name(path: PropPath): string;
}

const Resources = fallback(object({ resources: record(string(), unknown()) }), { resources: {} });
const VARIABLE = /^\$\{env\(\s*['"]?([A-Za-z_]\w*)/;

/**
 * Reads which variables the props come from. Messages about `region: ${env('REGION', '')}` say REGION, since that is the
 * name that people have set. If the file cannot be read, messages use the props' own names.
 */
export function readTemplate(yamlPath: string): Template {
  const file = basename(yamlPath);
  const resources = Object.values(parse(Resources, parsed(yamlPath)).resources);
  const variable = (path: PropPath) =>
    resources
      .map((resource) => VARIABLE.exec(String(valueAt(resource, ["props", ...path])))?.[1])
      .find((name) => name !== undefined);
  return {
    subject(path) {
      const name = variable(path);
      return name === undefined ? `${file}: ${path.join(".")}` : `${name} (from .env or the shell)`;
    },
    name: (path) => variable(path) ?? `${path.join(".")} in ${file}`,
  };
}

function parsed(yamlPath: string): unknown {
  try {
    return parseYaml(readFileSync(yamlPath, "utf8"));
  } catch {
    return undefined;
  }
}

function valueAt(value: unknown, path: PropPath): unknown {
  return path.reduce<unknown>((found, name) => new Map(Object.entries(found ?? {})).get(String(name)), value);
}
