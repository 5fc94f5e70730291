import { CONTROL, type PageConfig } from "./config.ts";

/** The page before its script runs. `url` is its own address, without a slash at the end. */
export function renderHtml(config: PageConfig, url: string): string {
  const functions = config.functions.map((name) => `<li><code>${escapeHtml(curl(name, url))}</code></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>cos-direct-upload emulator</title>
<link rel="icon" href="${CONTROL}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${CONTROL}/page.css">
<script type="application/json" id="config">${JSON.stringify(config).replaceAll("<", "\\u003c")}</script>
<script type="module" src="${CONTROL}/page.js"></script>
</head>
<body>
<a class="skip" id="skip" href="#main">Skip to the upload</a>
<header class="top" id="top">
  <div class="brand"><img src="${CONTROL}/icon.svg" alt="" width="32" height="32"><h1>cos-direct-upload <span>emulator</span></h1></div>
  <p class="where" id="where">Bucket ${escapeHtml(config.bucket)} in ${escapeHtml(config.region)}, signed for ${escapeHtml(config.cosHost)}</p>
</header>
<noscript><p class="notice">This page needs JavaScript. All of it comes from the emulator.</p></noscript>
<p id="live" class="unseen" role="status" aria-live="polite"></p>
<main id="main" tabindex="-1"></main>
<footer class="foot">
  <h2 id="functions-title">The functions</h2>
  <ul class="curls">
${functions.join("\n")}
  </ul>
</footer>
</body>
</html>
`;
}

/** The rest of the curl command for functions that take something other than an extension. */
const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ["login", `/login' -H 'content-type: application/json' -d '{"code":"user-ann-1"}'`],
  ["multipart", `/multipart' -H 'content-type: application/json' -d '{"ext":"mp4","size":20000000}'`],
  ["object-url", "/object-url?key=uploads/…'"],
  ["objects", "/objects'"],
  ["upload-status", "/upload-status?key=uploads/…'"],
]);

/** A command to try a function in a terminal. */
function curl(name: string, url: string): string {
  return `curl '${url}${ARGUMENTS.get(name) ?? `/${name}?ext=jpg'`}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
