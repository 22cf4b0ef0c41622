import { useRef, useSyncExternalStore } from "react";

/** A value that is replaced, never changed in place, and whoever reads it. */
export class Store<T> {
  #value: T;
  #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  patch(change: Partial<T>): void {
    this.set({ ...this.#value, ...change });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** Follows a store, but tells of it at most once in so many milliseconds. */
export function paced<T>(source: Store<T>, ms: number): Store<T> {
  const shown = new Store(source.get());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = -Infinity;
  source.subscribe(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      told = performance.now();
      shown.set(source.get());
    }, Math.max(0, told + ms - performance.now()));
  });
  return shown;
}

/** What a component takes from a store; it renders again only when that changes. */
export function useStore<T>(store: Store<T>): T;
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S;
export function useStore<T, S>(store: Store<T>, select?: (value: T) => S): T | S {
  const seen = useRef<{ value: T; selected: S } | undefined>(undefined);
  return useSyncExternalStore(store.subscribe, () => {
    const value = store.get();
    if (!select) return value;
    const selected = select(value);
    // A selection that is built anew but holds the same items is the same.
    if (seen.current && same(seen.current.selected, selected)) return seen.current.selected;
    seen.current = { value, selected };
    return selected;
  });
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}
