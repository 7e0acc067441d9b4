/** Files that leave the page. */

/** A name that every system takes: no slashes, no colons, not too long. */
export function fileName(name: string, extension: string): string {
  // Control characters and what Windows or a path would take for something else.
  const plain = name
    .replace(/[\p{Cc}\\/:*?"<>|]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `${(plain.replace(/^\.+/, "") || "Segue").slice(0, 80)}.${extension}`;
}

/** Let the browser save something that was made in the page. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of the data by the next turn of its loop; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
