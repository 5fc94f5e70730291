import { renderUnicodeCompact } from "uqr";
import { addresses, runEmulator, welcomeLine } from "../packages/cos-emulator/src/index.ts";
import { KNOWN_VARIABLES } from "../tools/doctor/settings/known-variables.ts";
import { findTypos } from "../tools/doctor/settings/typos.ts";
import { readCommandLine } from "./cli.ts";
import { type Dev, NoFunctionsError, startDev } from "./emulator.ts";

const commandLine = readCommandLine(process.argv.slice(2), process.env);
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);
const { environment } = commandLine.options;

await runEmulator({
  start: () => startDev(commandLine.options),
  welcome,
  explain: (error) =>
    error instanceof NoFunctionsError ? `${error.message}: run npm run build first.` : undefined,
});

/** What --host opens, and a QR code of the page's address for phones. */
function network({ networkUrl, cosHost }: Dev): string[] {
  if (networkUrl === undefined) return [];
  return [
    "",
    welcomeLine("network", `${networkUrl} and COS at ${cosHost}`),
    welcomeLine("", "are open to everyone in this network, who can use the page and"),
    welcomeLine("", "the functions, and see, change and delete what is stored"),
    welcomeLine("phones", "must trust the CA, and debug the Mini Program (README, On a phone)"),
    "",
    ...renderUnicodeCompact(networkUrl, { border: 2 }).split("\n"),
  ];
}

/** The variables of --env that no function reads, if they look like misspelt ones. */
function typos(environment: Readonly<Record<string, string>> = {}): string[] {
  return findTypos(Object.keys(environment), KNOWN_VARIABLES).map(({ name, meant }) =>
    welcomeLine("unknown", `${name}; did you mean ${meant}?`),
  );
}

function welcome(dev: Dev): string[] {
  const [first] = dev.functions.keys();
  const example = dev.functions.has("put-sign") ? "put-sign" : first;
  return [
    "",
    ...addresses(dev),
    welcomeLine("deploy", `into this with ${dev.rehearsalFile}`),
    welcomeLine("try", `curl '${dev.url}/${example}?ext=jpg'`),
    ...typos(environment),
    ...network(dev),
    "",
    `ready ${dev.url}`,
  ];
}
