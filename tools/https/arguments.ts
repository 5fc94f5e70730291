import { InvalidArgumentError, Option } from "commander";
import { isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import { wholeNumber } from "../lib/options.ts";
import { WAIT_SECONDS } from "./context.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** `--wait`, in seconds. */
export function waitOption(seconds: number = WAIT_SECONDS): Option {
  return new Option(
    "--wait <seconds>",
    "how long to wait for the cloud; what is in progress goes on without it",
  )
    .argParser(wholeNumber(0, DAY_SECONDS))
    .default(seconds);
}

export function domainName(text: string): string {
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined || !endpoint.host.includes(".") || text.includes(":")) {
    throw new InvalidArgumentError("It must be a domain's name, without https:// or a port.");
  }
  return endpoint.host;
}

/** The body of `cert put` holds a private key, and none of these requests may be read on the way. */
export function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new InvalidArgumentError("It must be https://HOST[:PORT].");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new InvalidArgumentError("http:// is only for an emulator on this machine.");
  }
  return url;
}
