import { useSyncExternalStore } from 'react';

export const colorModes = ['system', 'light', 'dark'] as const;

export type ColorMode = (typeof colorModes)[number];

const key = 'tallyflow.color-mode';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

let chosen = read();

function read(): ColorMode {
  const stored = localStorage.getItem(key);
  return colorModes.find((mode) => mode === stored) ?? 'system';
}

function notify(): void {
  document.documentElement.dataset.theme = isDarkNow() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

const isDarkNow = (): boolean => chosen === 'dark' || (chosen === 'system' && dark.matches);

export function chooseColorMode(mode: ColorMode): void {
  chosen = mode;
  localStorage.setItem(key, mode);
  notify();
}

dark.addEventListener('change', notify);
window.addEventListener('storage', (event) => {
  if (event.key !== key) return;
  chosen = read();
  notify();
});
notify();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useColorMode = (): ColorMode => useSyncExternalStore(subscribe, () => chosen);
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDarkNow);
