// `npm run deploy [-- COMMAND OPTIONS]`: Serverless Devs' own command line on this project's serverless.yml.
//
// npm run deploy            s deploy -t serverless.yml -y
// npm run deploy -- plan    s plan -t serverless.yml
import { createRequire } from "node:module";

const COMMANDS = ["deploy", "plan", "info", "invoke", "local", "logs", "remove"];

// A reader that has gone, as `| head` does: `s` would report that it cannot write, which it cannot write, without end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(0));

const args = process.argv.slice(2);
const [first = "deploy"] = args;
const isCommand = !first.startsWith("-");
const command = isCommand ? first : "deploy";
const options = isCommand ? args.slice(1) : args;

// `s` itself would say that there is no such command, and exit with 0.
if (!COMMANDS.includes(command)) {
  console.error(`There is no command ${command}; there are ${COMMANDS.join(", ")}.`);
  process.exit(100);
}

// No look for updates of itself, and no report of the command line to its makers. The one other switch for the
// latter is a file among the user's own settings, which are theirs.
process.env.SERVERLESS_DEVS_CICD = "1";
process.env.NODE_ENV = "test";

const has = (...names) => options.some((option) => names.includes(option.split("=")[0]));
const isHelp = has("-h", "--help");
if (isHelp && !isCommand) console.log(`Commands: ${COMMANDS.join(", ")}; deploy when none is named.`);
const template = has("-t", "--template") ? [] : ["-t", "serverless.yml"];
// -y stands last: what follows it would be taken for its value.
const yes = command === "deploy" && !isHelp ? ["-y"] : [];
process.argv.splice(2, args.length, command, ...template, ...options, ...yes);
createRequire(import.meta.url)("@serverless-devs/s");
