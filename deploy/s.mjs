// `npm run deploy [-- COMMAND OPTIONS]`: Serverless Devs' own command line on this project's serverless.yml.
//
// npm run deploy            s deploy -t serverless.yml -y
// npm run deploy -- plan    s plan -t serverless.yml
// npm run -s deploy -- info -o json    one JSON document on standard output, and everything else on standard error
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const COMMANDS = ["deploy", "plan", "info", "invoke", "local", "logs", "remove"];

// If the reader has gone away, as `| head` does, `s` would try forever to report that it cannot write.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(0));

const args = process.argv.slice(2);
const [first = "deploy"] = args;
const isCommand = !first.startsWith("-");
const command = isCommand ? first : "deploy";
const options = isCommand ? args.slice(1) : args;

// `s` would say so too, but exit with 0.
if (!COMMANDS.includes(command)) {
  console.error(`There is no command ${command}; the commands are ${COMMANDS.join(", ")}.`);
  process.exit(100);
}

// These stop `s` from looking for updates, and from reporting the command line to its makers. The only other way to stop
// the reports is a file among the user's own settings, which are not ours to change.
process.env.SERVERLESS_DEVS_CICD = "1";
process.env.NODE_ENV = "test";

// `s` does not know NO_COLOR (https://no-color.org).
if (process.env.NO_COLOR) process.env.FORCE_COLOR = "0";
else if (!process.stdout.isTTY) process.env.FORCE_COLOR ??= "0";

const require = createRequire(import.meta.url);
const has = (...names) => options.some((option) => names.includes(option.split("=")[0]));

// These have no imports, so nothing else of the tools and of the component is loaded.
const source = (path) => require("tsx/cjs/api").require(path, import.meta.url);

if (has("-h", "--help")) {
  console.log(help());
  process.exit(0);
}

const { keptByNpm } = source("../tools/lib/kept-by-npm.ts");
const ownOptions = source("../packages/scf-component/src/help.ts").HELP[command].help.option;
const kept = keptByNpm(
  `npm run deploy -- ${command}`,
  [...ownOptions.flatMap(([flags]) => /^--([a-z-]+)/.exec(flags)?.[1] ?? []), "output", "template", "debug"],
  process.env,
);
if (kept !== undefined) {
  console.error(kept);
  process.exit(100);
}

const ownTemplate = has("-t", "--template");
const template = ownTemplate ? [] : ["-t", "serverless.yml"];
// serverless.yml needs a region for every command.
if (!ownTemplate && !process.env.COS_REGION && !existsSync(".env")) {
  console.error("There are no settings to deploy: copy .env.example to .env, and fill it in.");
  process.exit(100);
}

// `s` would read nothing of it, and say that every variable is missing. Some editors of Windows save UTF-16.
if (existsSync(".env") && readFileSync(".env").includes(0)) {
  console.error(".env is not UTF-8 text; save it as UTF-8.");
  process.exit(100);
}

// -y comes last: `s` would take what follows it for its value.
const yes = command === "deploy" ? ["-y"] : [];
const { isJson, others } = readOutput(options);
if (isJson) {
  // The standard output of `s` goes to standard error. The component writes the result to our standard output.
  const env = { ...process.env, SERVERLESS_RESULT_FD: "3" };
  const s = [
    require.resolve("@serverless-devs/s/bin/s"),
    command,
    ...template,
    "--silent",
    ...others,
    ...yes,
  ];
  const child = spawn(process.execPath, s, { env, stdio: ["inherit", 2, 2, 1] });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
} else {
  process.argv.splice(2, args.length, command, ...template, ...options, ...yes);
  require("@serverless-devs/s");
}

/** Tells whether the last of -o, --output and --output-format says json, and removes them all from the options. */
function readOutput(texts) {
  const { tokens } = parseArgs({
    args: texts,
    strict: false,
    tokens: true,
    options: {
      output: { type: "string", short: "o" },
      "output-format": { type: "string" },
    },
  });
  const found = tokens.filter(({ kind, name }) => kind === "option" && /^output(-format)?$/.test(name));
  const isJson = found.at(-1)?.value === "json";
  const taken = new Set(
    found.flatMap(({ index, inlineValue }) => (inlineValue ? [index] : [index, index + 1])),
  );
  return { isJson, others: texts.filter((_, index) => !taken.has(index)) };
}

/** The help of `s`, without starting it. */
function help() {
  const { HELP } = source("../packages/scf-component/src/help.ts");
  const { wrapLine } = source("../tools/lib/wrap.ts");
  const { description, option } = HELP[command].help;
  const WIDTH = 80;
  const line = ([flags, says]) => wrapLine(says, WIDTH, `  ${flags.padEnd(25)}`, " ".repeat(27));
  return [
    `Usage: npm run deploy -- ${command} [options]`,
    "",
    wrapLine(description, WIDTH),
    ...(isCommand ? [] : ["", wrapLine(`Commands: ${COMMANDS.join(", ")}; deploy if none is named.`, WIDTH)]),
    "",
    "Options:",
    ...option.map(line),
    ...[
      ["-o, --output json", "One JSON document on standard output"],
      ["-a, --access <alias>", "Use the key that `npx s config add` stored under this alias"],
      ["-t, --template <file>", "Use another file in place of serverless.yml"],
      ["--debug", "Show more details"],
      ["-h, --help", "Show this help"],
    ].map(line),
  ].join("\n");
}
