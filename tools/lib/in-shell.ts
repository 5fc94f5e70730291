/** A file's name as a word of a command that people copy: in quotes if it has a space or another sign of the shell's. */
export function inShell(file: string): string {
  return /[\s"'`$&|;<>()*?!#]/.test(file) ? `'${file.replaceAll("'", "'\\''")}'` : file;
}
