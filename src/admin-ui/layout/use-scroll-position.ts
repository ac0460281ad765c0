import { useEffect } from 'react';
import { useLocation, useNavigationType } from 'react-router';

/** A page that is still not tall enough after this time has changed, and keeps its place. */
const maxWaitMs = 2_000;

/** The scroll position of each entry of the browser's history, by its key. */
const positions = new Map<string, number>();

/**
 * Restores the scroll position when the user goes back. The browser can't, since the rows of a list
 * arrive after the page.
 */
export function useScrollPosition(): void {
  const { key } = useLocation();
  const how = useNavigationType();

  useEffect(() => {
    const savePosition = () => positions.set(key, window.scrollY);
    window.addEventListener('scroll', savePosition, { passive: true });
    return () => window.removeEventListener('scroll', savePosition);
  }, [key]);

  useEffect(() => {
    const position = positions.get(key);
    if (how !== 'POP' || position === undefined) return;
    const startedAt = performance.now();
    let frame = requestAnimationFrame(function restore() {
      const isTallEnough = document.documentElement.scrollHeight - window.innerHeight >= position;
      if (isTallEnough) window.scrollTo(0, position);
      else if (performance.now() - startedAt < maxWaitMs) frame = requestAnimationFrame(restore);
    });
    return () => cancelAnimationFrame(frame);
  }, [key, how]);
}
