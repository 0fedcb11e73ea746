const storageKey = 'foretell.token';
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** The bearer token of the signed-in user, kept over reloads and shared by the tabs of one browser. */
export const session = {
  token: () => localStorage.getItem(storageKey),
  start: (token: string): void => {
    localStorage.setItem(storageKey, token);
    changed();
  },
  end: (): void => {
    localStorage.removeItem(storageKey);
    changed();
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    window.addEventListener('storage', listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener('storage', listener);
    };
  },
};
