type Option = readonly [flag: string, says: string];

const FUNCTION: Option = ["--function <name>", "The function, by the name of its folder"];
const EVENT: readonly Option[] = [
  FUNCTION,
  ["--method <method>", "The request's method; by default GET, or POST with a body"],
  ["--path <path>", "The request's path; by default the function's own"],
  ["--query <query>", "The request's query, such as ext=jpg"],
  ["--header <header>", "A header, as 'name: value'; may be given several times"],
  ["--body <text>", "The request's body"],
  ["--event <file>", "A JSON file with the whole event, in place of a request"],
];

function help(description: string, option: readonly Option[] = []) {
  return { help: { description, summary: description, option } };
}

/** What each command does, in the form that Serverless Devs requires. */
export const HELP = {
  deploy: help(
    "Create or update the functions, their URLs and the custom domain; print a config.ts for the Mini Program",
  ),
  plan: help("Show what deploy would change, and change nothing"),
  info: help("Show what is deployed, the Mini Program's config.ts, and the lines for WeChat's domain lists"),
  invoke: help("Call a deployed function", EVENT),
  local: help("Call a function on this machine, with the variables that it gets when deployed", EVENT),
  logs: help("Show what the functions wrote", [
    FUNCTION,
    ["--since <minutes>", "How many minutes back, 1 to 1439; by default 15, or a day with --request-id"],
    ["--limit <number>", "How many invocations of each function, 1 to 100; by default 20"],
    ["--request-id <id>", "Only this invocation"],
  ]),
  remove: help("Remove everything that was deployed; asks first", [["-y", "Do not ask"]]),
} as const;
