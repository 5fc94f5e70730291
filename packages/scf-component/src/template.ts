import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fallback, object, parse, record, string, unknown } from "valibot";
import { parse as parseYaml } from "yaml";

/** Where a prop is: the names that lead to it, such as `customDomain` and `domain`. */
export type PropPath = readonly PropertyKey[];

/** The file that the props come from, which says where each of them is set. */
export interface Template {
  /** What begins a sentence about a prop: the variable that it comes from, or its place in the file. */
  subject(path: PropPath): string;
  /** What to set: the variable that a prop comes from, or its place in the file. */
  name(path: PropPath): string;
}

const Resources = fallback(object({ resources: record(string(), unknown()) }), { resources: {} });
const VARIABLE = /^\$\{env\(\s*['"]?([A-Za-z_]\w*)/;

/**
 * People know a variable by the name under which they set it, not by the prop that it sets. So messages about
 * `region: ${env('REGION', '')}` say REGION. If the file cannot be read, they use the props' own names.
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
