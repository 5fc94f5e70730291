import { addresses, runEmulator, welcomeLine } from "../packages/cos-emulator/src/index.ts";
import { readCommandLine } from "./cli.ts";
import { type Dev, NoFunctionsError, startDev } from "./emulator.ts";

const commandLine = readCommandLine(process.argv.slice(2));
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);

await runEmulator({
  start: () => startDev(commandLine.options),
  welcome,
  explain: (error) =>
    error instanceof NoFunctionsError ? `${error.message}: run npm run build first.` : undefined,
});

function welcome(dev: Dev): string[] {
  const [first] = dev.functions.keys();
  const example = dev.functions.has("put-sign") ? "put-sign" : first;
  return [
    "",
    ...addresses(dev),
    welcomeLine("deploy", `into this with ${dev.rehearsalFile}`),
    welcomeLine("try", `curl '${dev.url}/${example}?ext=jpg'`),
    "",
    `ready ${dev.url}`,
  ];
}
