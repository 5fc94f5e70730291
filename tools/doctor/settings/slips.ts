import { type Claim, type Finding, pass, warn } from "../../../packages/tls-check/src/index.ts";
import type { Environment } from "../../../shared/config.ts";
import type { Settings } from "../../lib/settings.ts";
import { namesInLetters, strangeCharacters } from "./characters.ts";
import { guessable, placeholders } from "./guessable.ts";
import { KNOWN_VARIABLES, RESERVED_PREFIXES } from "./known-variables.ts";
import { findTypos } from "./typos.ts";

/** Slips of the hand in the variables and in the file, which no function's reader can notice. */
export function slipFindings({ env, fileNames, expandedNames, doubts }: Settings): Finding[] {
  return [
    typoFinding([...new Set([...Object.keys(env), ...fileNames])]),
    reservedFinding(fileNames),
    ...characterFindings(env),
    ...guessableFindings(env),
    ...placeholderFindings(env),
    ...appIdFindings(env),
    ...expandedFindings(expandedNames),
    ...doubtFindings(doubts),
  ];
}

function typoFinding(names: readonly string[]): Finding {
  const claim = { id: "settings.typos", title: "no variable looks like a misspelt one" };
  const typos = findTypos(names, KNOWN_VARIABLES);
  if (typos.length === 0) return pass(claim);
  return warn(
    claim,
    typos.map(({ name, meant }) => `${name} is not read; ${meant} is.`).join(" "),
    `Rename ${typos.map(({ name, meant }) => `${name} to ${meant}`).join(", ")}.`,
  );
}

/** `npm run deploy` itself reads this one. */
const NOT_FOR_FUNCTIONS = new Set(["SCF_ENDPOINT"]);

function reservedFinding(fileNames: readonly string[]): Finding {
  const claim = { id: "settings.reserved", title: "no variable has a name that SCF reserves" };
  const reserved = fileNames.filter(
    (name) =>
      RESERVED_PREFIXES.some((prefix) => name.toUpperCase().startsWith(prefix)) &&
      !NOT_FOR_FUNCTIONS.has(name),
  );
  if (reserved.length === 0) return pass(claim);
  return warn(
    claim,
    `${reserved.join(", ")}: SCF refuses variables that start with ${RESERVED_PREFIXES.join(", ")}.`,
    "Remove them from the file. The functions' own variables have other names, such as COS_… and JWT_….",
  );
}

/** A value that was copied from a page, a chat or a program may have more than one sees. */
function characterFindings(env: Environment): Finding[] {
  const claim = { id: "settings.characters", title: "no value has characters that nobody meant" };
  const strange = strangeCharacters(env, KNOWN_VARIABLES);
  const letters = namesInLetters(env);
  const inAscii = { id: "settings.idn", title: "the names of hosts are written in ASCII" };
  return [
    ...(letters.length === 0
      ? []
      : [warn(inAscii, "A browser shows such a name, but it is sent in ASCII.", letters.join(" "))]),
    ...(strange.length === 0 ? [] : [strangeFinding(claim, strange)]),
  ];
}

function strangeFinding(claim: Claim, strange: readonly string[]): Finding {
  return warn(
    claim,
    strange.join(" "),
    "Type the value by hand, or copy it again, without anything around it; in .env, quotes are \" or ' and nothing follows them.",
  );
}

/** Whoever guesses one of these can do what the service promises to others alone. */
function guessableFindings(env: Environment): Finding[] {
  const claim = { id: "settings.guessable", title: "no secret of your own can be guessed" };
  const names = guessable(env);
  return warnAbout(
    names,
    claim,
    (list) =>
      `${list} ${names.length > 1 ? "look" : "looks"} like an example, or has too few different characters.`,
    "Set random ones, such as openssl rand -hex 32 makes; WEBHOOK_SECRET as whsec_$(openssl rand -base64 32).",
  );
}

/** Only a call would tell that these are wrong, and COS and WeChat then say little more than that. */
function placeholderFindings(env: Environment): Finding[] {
  const claim = { id: "settings.placeholder", title: "no key is only a placeholder" };
  const names = placeholders(env);
  return warnAbout(
    names,
    claim,
    (list) =>
      `${list} ${names.length > 1 ? "look" : "looks"} like an example, or like what a page shows of a key that it hides.`,
    "Set the values of your own account. A secret key is shown only once: if nobody kept it, make another.",
  );
}

/** The id that developers look for is beside two others in WeChat's consoles. */
function appIdFindings(env: Environment): Finding[] {
  const claim = { id: "settings.appid", title: "WX_APPID has the form of an AppID" };
  const value = env["WX_APPID"];
  if (value === undefined || /^wx[\da-f]{16}$/.test(value)) return [];
  const other = OTHER_IDS.find(([form]) => form.test(value))?.[1];
  return [
    warn(
      claim,
      `WX_APPID is ${other ?? "not wx and 16 of the digits 0 to 9 and a to f"}.`,
      "Set the AppID of the Mini Program, wx and 16 digits, from its console: Development, Development settings.",
    ),
  ];
}

const OTHER_IDS: readonly (readonly [RegExp, string])[] = [
  [/^gh_/, "an account's original ID (gh_…)"],
  [/^ww[\da-f]{16}$/, "the ID of a company in WeCom (ww…)"],
  [/^[\da-f]{32}$/, "as long as an AppSecret"],
];

/** Serverless Devs reads `$` in .env as the start of a variable, which a password's author may not intend. */
function expandedFindings(names: readonly string[]): Finding[] {
  const claim = { id: "settings.dollar", title: "no $ in the file is read as another variable" };
  return warnAbout(
    names,
    claim,
    (list) => `${list}: a $ in the value was replaced by the variable it names, or by nothing.`,
    "If you meant a plain $, write \\\\\\$ instead.",
  );
}

/** Findings about what dotenv ignores silently. */
function doubtFindings({ cut, joined, twice, unread }: Settings["doubts"]): Finding[] {
  return [
    ...warnAbout(
      cut,
      { id: "settings.hash", title: "no # in the file cuts a value off" },
      (names) => `${names}: the value ends at the #; the rest is read as a comment.`,
      "Put the value in quotes, or a space before the comment.",
    ),
    ...warnAbout(
      joined,
      { id: "settings.joined", title: "every setting of the file has a line of its own" },
      (names) => `${names}: the value goes on with another setting.`,
      "Put each NAME=value on a line of its own.",
    ),
    ...warnAbout(
      twice,
      { id: "settings.twice", title: "no variable is in the file twice" },
      (names) => `${names}: there are different values; the last one counts.`,
      "Remove the others.",
    ),
    ...warnAbout(
      unread,
      { id: "settings.lines", title: "every line of the file is read" },
      (numbers) => `Line ${numbers}: it sets no variable.`,
      "Write NAME=value, with an ordinary = and no space in the name, or begin the line with #.",
    ),
  ];
}

/** One warning for all of them; nothing if there is none. */
function warnAbout(
  found: readonly (string | number)[],
  claim: Claim,
  detail: (list: string) => string,
  fix: string,
): Finding[] {
  return found.length === 0 ? [] : [warn(claim, detail(found.join(", ")), fix)];
}
