/** What outlives the page: a map of texts in localStorage, or in memory where that is refused. */

export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export function memoryKeep(entries: Map<string, string> = new Map()): Keep {
  return {
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
    keys: (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

export function browserKeep(): Keep {
  try {
    const storage = window.localStorage;
    const memory = memoryKeep();
    return {
      get: (key) => memory.get(key) ?? storage.getItem(key),
      set: (key, value) => {
        try {
          storage.setItem(key, value);
          memory.remove(key);
        } catch {
          memory.set(key, value); // full: kept at least as long as the page
        }
      },
      remove: (key) => {
        memory.remove(key);
        storage.removeItem(key);
      },
      keys: (prefix) => [...new Set([...Object.keys(storage), ...memory.keys("")])].filter((key) => key.startsWith(prefix)),
    };
  } catch {
    return memoryKeep();
  }
}
