import { dirname, join, resolve } from "node:path";
import {
  array,
  type BaseIssue,
  check,
  everyItem,
  forward,
  type InferOutput,
  length,
  map,
  minSize,
  nonEmpty,
  nullish,
  picklist,
  pipe,
  record,
  regex,
  safeParse,
  string,
  transform,
  union,
} from "valibot";
import { CosProps } from "./cos-props.ts";
import type { VariableSource } from "./environment.ts";
import { refusal } from "./errors.ts";
import { flag, Mapping, optionally, settings, Text, VARIABLE, wholeNumber } from "./prop-schema.ts";
import type { Terms } from "./refusal.ts";
import { readTemplate, type Template } from "./template.ts";

/**
 * The runtimes that functions may use. The first two are known on plain SCF. The others are CloudBase's names for
 * Node.js 22 and 24, and CloudBase runs on SCF (https://docs.cloudbase.net/cloud-function/runtime-support).
 */
const RUNTIMES = ["Nodejs20.19", "Nodejs18.15", "Nodejs22.21", "Nodejs24.11"];
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const PREFIX = /^(?:[A-Za-z][\w-]*)?$/;
const DOMAIN = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
/** https://cloud.tencent.com/document/product/583/11637 */
const MAX_NAME_LENGTH = 60;

const REGION = "a region such as ap-guangzhou.";
const NAMES = "must be a list of variables' names; their values belong in .env.";
const ONLY_WITH = "must be a variable's name, or a list of names.";

const Region = pipe(
  nullish(string(`must be ${REGION}`), ""),
  nonEmpty(`is not set; it must be ${REGION}`),
  regex(/^[a-z]+(-[a-z0-9]+)+$/, `must be ${REGION}`),
);

const MemorySize = pipe(
  wholeNumber(64, 3072),
  check((size) => size === 64 || size % 128 === 0, "must be 64, or 128 to 3072 in steps of 128."),
);

/** `NAME`, `NAME: ANOTHER` or `NAME: ANOTHER only`; see {@link VariableSource}. */
const Source = pipe(
  union(
    [
      pipe(
        string(),
        transform((name) => new Map([[name, name]])),
      ),
      pipe(
        record(string(), string()),
        transform((names) => new Map(Object.entries(names))),
      ),
    ],
    NAMES,
  ),
  transform((names): VariableSource[] =>
    [...names].map(([name, from]) => {
      const preferred = from.replace(/ only$/, "");
      return { name, preferred, ...(preferred !== from && { isOnly: true }) };
    }),
  ),
  length(1, NAMES),
  everyItem(({ name, preferred }) => VARIABLE.test(name) && VARIABLE.test(preferred), NAMES),
);

const Environment = pipe(
  array(Source, NAMES),
  transform((sources) => [...new Map(sources.flat().map((source) => [source.name, source])).values()]),
);

const VariableName = pipe(string(ONLY_WITH), regex(VARIABLE, ONLY_WITH));
const VariableNames = nullish(
  union(
    [
      pipe(
        VariableName,
        transform((name) => [name]),
      ),
      array(VariableName),
    ],
    ONLY_WITH,
  ),
  [],
);

/** One function in the template. */
const OneFunction = settings({
  /** The variables that it gets. */
  environment: Environment,
  /** The function is deployed only if one of these variables is set; always, if the list is empty. */
  onlyWith: VariableNames,
  /** It is not deployed if one of these is set. */
  notWith: VariableNames,
  /** Whether it has a Function URL. */
  url: flag(true),
  /** Whether clients call it; false if only other services do. */
  client: flag(true),
  /** Whether it also answers at paths below its own, such as `/items/delete`. */
  subpaths: flag(false),
  /** A cron expression of seven fields, for a function that runs on a schedule. */
  timer: Text,
  /** The events in a bucket that call it. */
  cos: optionally(CosProps),
  /** Seconds; by default, the `timeout` of all functions. */
  timeout: optionally(wholeNumber(1, 900)),
});

/** By name. It is a Map because a function may be called `constructor`. */
const Functions = pipe(
  Mapping,
  transform((functions) => new Map<string, unknown>(Object.entries(functions))),
  map(pipe(string(), regex(NAME, "is not a name of lower-case words with hyphens.")), OneFunction),
  minSize(1, "must contain at least one function."),
);

function longName({
  namePrefix,
  functions,
}: {
  readonly namePrefix: string;
  readonly functions: ReadonlyMap<string, unknown>;
}): string | undefined {
  return [...functions.keys()].find((name) => namePrefix.length + name.length > MAX_NAME_LENGTH);
}

const CERTIFICATE =
  "is not set; a custom domain needs the id of its certificate from https://console.cloud.tencent.com/ssl.";

const CustomDomain = pipe(
  settings({
    domain: pipe(
      Text,
      check(
        (domain) => domain === undefined || DOMAIN.test(domain),
        "must be a domain such as api.example.com.",
      ),
    ),
    certificateId: Text,
  }),
  forward(
    check(({ domain, certificateId }) => domain === undefined || certificateId !== undefined, CERTIFICATE),
    ["certificateId"],
  ),
  transform(({ domain, certificateId = "" }) =>
    domain === undefined ? undefined : { domain, certificateId },
  ),
);

/** What this component's messages call the project's commands and policy. */
const Messages = settings({
  /** The command line that runs this component's commands; by default `s`. */
  command: Text,
  /** The command that stores a key of Tencent Cloud; by default `s config add`. */
  addKey: Text,
  /** The CAM policy that the deploying key needs; undefined when the project has none. */
  policy: Text,
});

const PropsOfTemplate = pipe(
  settings({
    region: Region,
    runtime: picklist(RUNTIMES, `must be one of ${RUNTIMES.join(", ")}.`),
    memorySize: MemorySize,
    timeout: wholeNumber(1, 900),
    namePrefix: pipe(
      nullish(string("must be text."), ""),
      regex(PREFIX, "must be letters, digits, - and _, starting with a letter."),
    ),
    /** The execution role of the functions; undefined for none. */
    role: Text,
    /** Only functions that have this variable get the role; undefined for all. A role grants rights. */
    roleWith: Text,
    /** The folder that holds one folder for each function. */
    codeUri: Text,
    /** The command that builds the functions, run in the template's folder; undefined for none. */
    build: Text,
    /** The module that checks variables before they are deployed; undefined for none. */
    environmentCheck: Text,
    /** The module that finds the bucket in the functions' variables; undefined for none. */
    storage: Text,
    functions: Functions,
    customDomain: optionally(CustomDomain),
    messages: optionally(Messages),
  }),
  forward(
    check(
      (props) => longName(props) === undefined,
      ({ input }) =>
        `must have names that, with namePrefix, have at most ${MAX_NAME_LENGTH} characters; ${longName(input)} has more.`,
    ),
    ["functions"],
  ),
);
type PropsOfTemplate = InferOutput<typeof PropsOfTemplate>;

/** A function, by the name of its folder under `codeUri`, which is also the path that it answers at. */
export type FunctionProps = { readonly name: string } & InferOutput<typeof OneFunction>;

/** The props of the template. */
export interface Props extends Omit<PropsOfTemplate, "functions" | "codeUri" | "customDomain" | "messages"> {
  /** The template's `name`; empty when it has none. */
  readonly projectName: string;
  readonly functions: readonly FunctionProps[];
  readonly codeDirectory: string;
  readonly customDomain: { readonly domain: string; readonly certificateId: string } | undefined;
  readonly template: Template;
  readonly terms: Terms;
  /** The command that stores a key of Tencent Cloud, for messages. */
  readonly addKey: string;
}

/**
 * Reads the props after Serverless Devs has resolved them.
 *
 * @param yamlPath the template's path; relative paths in props start from its folder
 * @param projectName the template's `name`
 * @throws {DeployError} naming everything that is wrong, and the variables that it comes from
 */
export function readProps(value: unknown, yamlPath: string, projectName: string): Props {
  const template = readTemplate(yamlPath);
  const { success, output, issues } = safeParse(PropsOfTemplate, value, { abortPipeEarly: true });
  if (!success) throw refusal(issues.map((issue) => problem(issue, template)));
  const {
    functions,
    codeUri = "dist",
    environmentCheck,
    storage,
    customDomain,
    messages,
    ...others
  } = output;
  const { command = "s", addKey = "s config add", policy } = messages ?? {};
  const directory = dirname(resolve(yamlPath));
  return {
    ...others,
    projectName,
    codeDirectory: join(directory, codeUri),
    environmentCheck: environmentCheck && join(directory, environmentCheck),
    storage: storage && join(directory, storage),
    functions: [...functions].map(([name, item]) => ({ name, ...item })),
    customDomain,
    template,
    terms: { command, policy, role: template.name(["role"]) },
    addKey,
  };
}

/** An unknown setting is reported for the mapping that contains it. */
function problem({ type, expected, path, message }: BaseIssue<unknown>, template: Template): string {
  const names = path?.map(({ key }) => String(key)) ?? [];
  const place = type === "strict_object" && expected === "never" ? names.slice(0, -1) : names;
  return `${template.subject(place.length === 0 ? ["props"] : place)} ${message}`;
}
