import { Argument, type Command, Option } from "commander";
import { wholeNumber } from "../../lib/options.ts";
import { domainName, waitOption } from "../arguments.ts";
import type { Context } from "../context.ts";
import { setCertificate } from "./https.ts";
import {
  type DomainSwitch,
  gzipSwitch,
  hstsSwitch,
  http2Switch,
  redirectSwitch,
  setSwitch,
} from "./switches.ts";

interface Wait {
  readonly wait: number;
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;
/** Half a year, which `doctor` recommends. */
const DEFAULT_MAX_AGE = 180 * 24 * 60 * 60;

/** Adds the commands `cdn …`, for a name on the CDN. */
export function addCdnCommands(program: Command, context: Context): void {
  const cdn = program.command("cdn").description("HTTPS of a name on the CDN.");
  const host = () => new Argument("<host>", "a name that the account has on the CDN").argParser(domainName);
  const onOff = () => new Argument("<on|off>").choices(["on", "off"]);
  const set = (title: string, name: string, wanted: DomainSwitch, { wait }: Wait) =>
    context.act(title, async (world) =>
      setSwitch(await context.account(wait), name, wanted, context.consent, world),
    );

  cdn
    .command("https")
    .description("Install one of the account's certificates, and switch HTTPS on.")
    .addArgument(host())
    .requiredOption("--cert <id>", "the certificate's id, as `cert list` shows it")
    .addOption(waitOption())
    .action((name: string, { cert, wait }: Wait & { cert: string }) =>
      context.act(`${name} has HTTPS with certificate ${cert}`, async (world) =>
        setCertificate(await context.account(wait), name, cert, context.consent, world),
      ),
    );
  cdn
    .command("redirect")
    .description("Redirect plain HTTP to HTTPS, or stop that.")
    .addArgument(host())
    .addArgument(onOff())
    .addOption(
      new Option("--status <code>", "of the redirect").choices(["301", "302", "307", "308"]).default("301"),
    )
    .addOption(waitOption())
    .action((name: string, state: string, options: Wait & { status: string }) =>
      set(
        `the redirect of ${name} is ${state}`,
        name,
        redirectSwitch(name, state === "on", Number(options.status)),
        options,
      ),
    );
  cdn
    .command("hsts")
    .description("Make browsers insist on HTTPS (Strict-Transport-Security), or stop that.")
    .addArgument(host())
    .addArgument(onOff())
    .option(
      "--max-age <seconds>",
      "how long browsers insist on it; 0 makes them forget it",
      wholeNumber(0, YEAR_SECONDS),
      DEFAULT_MAX_AGE,
    )
    .option("--include-subdomains", "include all names below it", false)
    .addOption(waitOption())
    .action((name: string, state: string, options: Wait & { maxAge: number; includeSubdomains: boolean }) =>
      set(
        `HSTS of ${name} is ${state}`,
        name,
        hstsSwitch(name, {
          on: state === "on",
          maxAge: options.maxAge,
          includeSubDomains: options.includeSubdomains,
        }),
        options,
      ),
    );
  cdn
    .command("http2")
    .description("Offer HTTP/2, or only HTTP/1.1.")
    .addArgument(host())
    .addArgument(onOff())
    .addOption(waitOption())
    .action((name: string, state: string, options: Wait) =>
      set(`HTTP/2 of ${name} is ${state}`, name, http2Switch(name, state === "on"), options),
    );
  cdn
    .command("gzip")
    .description("Compress text, or stop that.")
    .addArgument(host())
    .addArgument(onOff())
    .option("--path <path>", "a text object that anyone may read, to check from outside")
    .addOption(waitOption())
    .action((name: string, state: string, options: Wait & { path?: string }) =>
      set(`gzip of ${name} is ${state}`, name, gzipSwitch(name, state === "on", options.path), options),
    );
}
