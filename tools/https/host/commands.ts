import { Argument, type Command } from "commander";
import { wholeNumber } from "../../lib/options.ts";
import { domainName, waitOption } from "../arguments.ts";
import type { Context } from "../context.ts";
import { disableHttps } from "./disable.ts";
import { beginFallback, endFallback } from "./fallback.ts";

const WEEK_HOURS = 7 * 24;

/** Adds the commands that switch off a host's HTTPS, permanently or for a while: `disable` and `fallback`. */
export function addHostCommands(program: Command, context: Context): void {
  const host = () =>
    new Argument("<host>", "a name that the account has on the CDN, or that belongs to the bucket").argParser(
      domainName,
    );
  program
    .command("disable")
    .description(
      "Switch HTTPS off in the safe order: first answer plain HTTP, then HSTS off, then HTTPS off.",
    )
    .addArgument(host())
    .addOption(waitOption())
    .action((name: string, { wait }: { wait: number }) =>
      context.act(`HTTPS of ${name} is off`, async (world) =>
        disableHttps(await context.account(wait), await context.bucketIfSet(), name, context.consent, world),
      ),
    );
  program
    .command("fallback")
    .description("Answer plain HTTP for a while, in an emergency; --end restores everything.")
    .addArgument(host())
    .option("--end", "restore what was there before", false)
    .option("--hours <number>", "how long you plan to do this", wholeNumber(1, WEEK_HOURS), 24)
    .addOption(waitOption())
    .action((name: string, { end, hours, wait }: { end: boolean; hours: number; wait: number }) =>
      context.act(
        end ? `the fallback of ${name} is over` : `${name} answers plain HTTP for now`,
        async (world) => {
          const account = await context.account(wait);
          const bucket = await context.bucketIfSet();
          return end
            ? await endFallback(account, bucket, name, context.consent, world)
            : await beginFallback(account, bucket, name, hours, context.consent, world);
        },
      ),
    );
}
