/** The browser's database as the place where a soundfont is kept. */
import type { KeptSounds, SoundsStore } from "./state/own_sounds.svelte.ts";

const DATABASE = "segue";
const STORE = "sounds";
const KEY = "own";

/** The store, or null where the browser has none. */
export function keptSounds(factory: IDBFactory | undefined): SoundsStore | null {
  if (factory === undefined) return null;
  const run = <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>) =>
    opened(factory).then((database) =>
      new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error);
      }).finally(() => database.close()),
    );
  return {
    read: async () => (await run("readonly", (store) => store.get(KEY))) ?? null,
    write: async ({ name, content }: KeptSounds) => {
      await run("readwrite", (store) => store.put({ name, content }, KEY));
    },
    remove: async () => {
      await run("readwrite", (store) => store.delete(KEY));
    },
  };
}

function opened(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
