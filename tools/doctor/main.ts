import { main } from "../lib/command-line.ts";
import { processWorld } from "../lib/world.ts";
import { run } from "./cli.ts";

await main(run, processWorld());
