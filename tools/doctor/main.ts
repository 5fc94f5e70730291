import { main } from "../lib/command-line.ts";
import { processChangingWorld } from "../lib/consent.ts";
import { run } from "./cli.ts";

await main(run, processChangingWorld());
