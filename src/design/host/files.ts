/** The files that the page brings along, by their paths: the only ones that exist here. */
export const FILES = new Map<string, string>();
