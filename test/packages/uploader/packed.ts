import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildUploader } from "../../../tools/packages/build-uploader.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Puts the client into a project as npm would install it: built, packed by `npm pack` and unpacked.
 *
 * @returns its folder in the project's node_modules
 */
export async function installPacked(project: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "packed-"));
  const source = join(directory, "source");
  try {
    await cp(join(ROOT, "packages/uploader"), source, {
      recursive: true,
      filter: (path) => !/[/\\](?:dist|miniprogram_dist|node_modules)$/.test(path),
    });
    // The platforms' types.
    await symlink(join(ROOT, "node_modules"), join(source, "node_modules"));
    await buildUploader(source);
    await run("npm", ["pack", "--pack-destination", directory], { cwd: source });
    const [tarball = ""] = (await readdir(directory)).filter((file) => file.endsWith(".tgz"));
    const installed = join(project, "node_modules/cos-uploader");
    await rm(installed, { recursive: true, force: true });
    await mkdir(installed, { recursive: true });
    await run("tar", ["-xzf", join(directory, tarball), "--strip-components=1", "-C", installed]);
    return installed;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
