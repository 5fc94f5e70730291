/** How many bytes of a file are read or written at once. Node's 64 KB take a large object twice as long to be read. */
export const PIECE_BYTES = 512 * 1024;
