import { buffer } from "node:stream/consumers";
import { main } from "../lib/command-line.ts";
import { processWorld } from "../lib/world.ts";
import { run } from "./cli.ts";

await main(run, {
  ...processWorld(),
  columns: process.stdout.columns,
  isTyped: process.stdin.isTTY,
  readInput: () => buffer(process.stdin),
});
